import { NEVER, Observable, type Subscriber, type TeardownLogic } from 'rxjs';
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
// eslint-disable-next-line rxjs-x/no-subclass -- A function for each gate, and an Observable that holds it, would cost more.
class JobGate extends Observable<unknown> {
  readonly job: WaitingJob;
  /** The gate of the run. */
  readonly outer$: Observable<unknown>;

  constructor(outer$: Observable<unknown>, job: WaitingJob) {
    super();
    this.outer$ = outer$;
    this.job = job;
  }

  /** What RxJS 7 calls for each subscription. */
  protected _subscribe(subscriber: Subscriber<unknown>): TeardownLogic {
    this.job.placed();
    return (this.job.admits() ? this.outer$ : NEVER).subscribe(subscriber);
  }
}

/**
 * Makes the gate of a job from the gate of its run. It informs the job that it has a worker, and never opens for a job that may
 * not begin.
 */
export function jobGate$(gate$: Observable<unknown>, job: WaitingJob): Observable<unknown> {
  return new JobGate(gate$, job);
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
  const { job, outer$ } = gate$ as Partial<JobGate>;
  return outer$ === OPEN_GATE$ ? job : undefined;
}
