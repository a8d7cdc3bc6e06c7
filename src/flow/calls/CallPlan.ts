import type { Plan } from '../Plan.ts';

/** All that calls of one function have in common: checked options, with their defaults filled in. */
export interface CallPlan extends Pick<
  Plan<never>,
  'task' | 'args' | 'pool' | 'retry' | 'crashRetries' | 'transfer' | 'scheduler'
> {
  /** Whether a generator's yields are results; else it fails. */
  readonly generates: boolean;
  /** Milliseconds that a task which was told to stop has before its worker is ended; undefined for those of the pool. */
  readonly graceMs: number | undefined;
}

/** The bounds of a queue of calls. */
export interface CallBounds {
  /** Most calls that wait for a worker. */
  readonly maxQueue: number;
  /** Milliseconds that a call may wait for a worker. */
  readonly maxWaitMs: number;
}
