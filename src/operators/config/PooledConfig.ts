import type { ParallelConfig } from './ParallelConfig.ts';

/** The options that calls have in common with runs. */
export const SHARED_OPTIONS = ['pool', 'args', 'timeout', 'retry', 'crashRetries', 'transfer'] as const;

/**
 * Options of {@link pooled} and {@link pooled$}. Those that a run has, too, mean the same: an item is a call.
 *
 * @example A function for the requests of a server
 * ```ts
 * import type { PooledConfig } from 'rxjs-parallel';
 *
 * const bounded: PooledConfig = { timeout: 1000, maxQueue: 100, maxWait: 500, graceMs: Infinity };
 * const sizeOf = pooled(measure, bounded);
 * ```
 *
 * @typeParam In - What `transfer` is given. Left out, it takes any item.
 * @typeParam Args - What the task takes besides the item. Left out, nothing.
 */
export interface PooledConfig<In = unknown, Args extends readonly unknown[] = []> extends Pick<
  ParallelConfig<In, Args>,
  (typeof SHARED_OPTIONS)[number]
> {
  /**
   * Which of the calls that wait goes first: that of the highest number, and of those that are alike the one that came first.
   * Runs and other functions on the same pool count, too. What runs is never interrupted.
   *
   * @defaultValue 0
   */
  readonly priority?: number;
  /**
   * Most calls of this function that wait for a worker, an integer from 0, or Infinity. One more is refused with a
   * {@link QueueFullError}, unless a worker is free. With 0 only a free worker takes a call. A call that is tried again is
   * never refused.
   *
   * @defaultValue Infinity
   */
  readonly maxQueue?: number;
  /**
   * Milliseconds that a call may wait for a worker, its start included: more than 0, or Infinity. Then it is refused with a
   * {@link QueueFullError}.
   *
   * @defaultValue Infinity
   */
  readonly maxWait?: number;
  /**
   * Milliseconds between asking the task of an abandoned call to stop and ending its worker, from 0, or Infinity: then the
   * task may go on for as long as its `timeout` allows, its result is dropped, and its worker stays.
   *
   * @defaultValue that of the pool
   */
  readonly graceMs?: number;
}

/** What one call of a pooled function may say for itself. */
export interface CallConfig {
  /**
   * Drops the call: one that waits leaves the queue, and the task of one that runs is told to stop. The call fails at once
   * with the signal's reason.
   *
   * @defaultValue none
   */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the task may run, in place of those of the function. @defaultValue those of the function */
  readonly timeout?: number | undefined;
  /** In place of that of the function. @defaultValue that of the function */
  readonly priority?: number | undefined;
}
