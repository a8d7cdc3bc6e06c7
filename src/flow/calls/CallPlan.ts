import type { Plan } from '../Plan.ts';

/** The parts that all calls of one function share: the checked options, with their defaults. */
export interface CallPlan extends Pick<
  Plan<never>,
  'task' | 'args' | 'pool' | 'retry' | 'crashRetries' | 'transfer' | 'scheduler'
> {
  /** Whether the yields of a generator are results. If not, a call that returns a generator fails. */
  readonly generates: boolean;
  /** The time that a task which was told to stop has before its worker is ended, in milliseconds; undefined for the pool's. */
  readonly graceMs: number | undefined;
}

/** The limits of a queue of calls. */
export interface CallBounds {
  /** The maximum number of calls that wait for a worker. */
  readonly maxQueue: number;
  /** The time that a call may wait for a worker, in milliseconds. */
  readonly maxWaitMs: number;
}
