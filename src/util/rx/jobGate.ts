import { NEVER, Observable } from 'rxjs';
import { OPEN_GATE$ } from './startGate.ts';

/** A job that waits for a worker. */
export interface WaitingJob {
  /** It has a worker, which may have to start first. */
  placed(): void;
  /** It has lost its worker, and waits for another one. */
  displaced?(): void;
  /** Whether it may begin. One that may not is about to be cancelled. */
  admits(): boolean;
}

/** The gate of one job. */
interface JobGate extends Observable<unknown> {
  readonly job: WaitingJob;
  readonly isOpen: boolean;
  /** The gate of the run. */
  readonly outer$: Observable<unknown>;
}

/**
 * Makes the gate of a job from the gate of its run. It informs the job that it has a worker, and never opens for a job that may
 * not begin.
 */
export function jobGate$(gate$: Observable<unknown>, job: WaitingJob): Observable<unknown> {
  const own$ = new Observable<unknown>((subscriber) => {
    job.placed();
    return (job.admits() ? gate$ : NEVER).subscribe(subscriber);
  }) as { -readonly [Key in keyof JobGate]: JobGate[Key] };
  own$.job = job;
  own$.isOpen = gate$ === OPEN_GATE$;
  own$.outer$ = gate$;
  return own$;
}

/** The job of a gate; undefined if the gate was derived from another one by an operator. */
export function jobAt(gate$: Observable<unknown>): WaitingJob | undefined {
  return (gate$ as Partial<JobGate>).job;
}

/** The gate of the run of a job: a subscription to it says nothing of the job, whose worker may be far away. */
export function outerGate$(gate$: Observable<unknown>): Observable<unknown> {
  return (gate$ as Partial<JobGate>).outer$ ?? gate$;
}

/** The job of a gate that is always open: a subscription would only call `placed` and `admits`. */
export function jobAtOpen(gate$: Observable<unknown>): WaitingJob | undefined {
  const { job, isOpen } = gate$ as Partial<JobGate>;
  return isOpen === true ? job : undefined;
}
