import { NEVER, Observable } from 'rxjs';
import { OPEN_GATE$ } from './startGate.ts';

/** A job that waits for a worker. */
export interface WaitingJob {
  /** It has a worker, which may have to start first. */
  placed(): void;
  /** Whether it may begin. One that may not is about to be cancelled. */
  admits(): boolean;
}

/** The gate of one job. */
interface JobGate extends Observable<unknown> {
  readonly job: WaitingJob;
  readonly isOpen: boolean;
}

/** Makes the gate of a job from that of its run: it tells the job of its worker, and never opens for one that may not begin. */
export function jobGate$(gate$: Observable<unknown>, job: WaitingJob): Observable<unknown> {
  const own$ = new Observable<unknown>((subscriber) => {
    job.placed();
    return (job.admits() ? gate$ : NEVER).subscribe(subscriber);
  }) as { -readonly [Key in keyof JobGate]: JobGate[Key] };
  own$.job = job;
  own$.isOpen = gate$ === OPEN_GATE$;
  return own$;
}

/** The job of a gate; undefined where somebody has made another gate of it. */
export function jobAt(gate$: Observable<unknown>): WaitingJob | undefined {
  return (gate$ as Partial<JobGate>).job;
}

/** The job of a gate at which nobody waits: `placed` and `admits` are all that a subscription would do. */
export function jobAtOpen(gate$: Observable<unknown>): WaitingJob | undefined {
  const { job, isOpen } = gate$ as Partial<JobGate>;
  return isOpen === true ? job : undefined;
}
