import type { ParallelConfig } from './ParallelConfig.ts';

/** The options that calls have in common with runs. */
export const SHARED_OPTIONS = ['pool', 'args', 'timeout', 'retry', 'crashRetries', 'transfer'] as const;

/**
 * Options of {@link pooled} and {@link pooled$}. Options with the name of an option of a run have the same meaning; a call
 * takes the place of an item.
 *
 * @example A function for the requests of a server
 * ```ts
 * import type { PooledConfig } from 'rxjs-parallel';
 *
 * const bounded: PooledConfig = { timeout: 1000, maxQueue: 100, maxWait: 500, graceMs: Infinity };
 * const sizeOf = pooled(measure, bounded);
 * ```
 *
 * @typeParam In - The type of the items that `transfer` takes. If omitted, it takes any item.
 * @typeParam Args - The arguments of the task after the item. If omitted, it has none.
 */
export interface PooledConfig<In = unknown, Args extends readonly unknown[] = []> extends Pick<
  ParallelConfig<In, Args>,
  (typeof SHARED_OPTIONS)[number]
> {
  /**
   * The rank of a call among all that waits for the pool, runs and other functions included: the highest number goes first.
   * Within one priority the order of arrival holds. A running task is never interrupted.
   *
   * @defaultValue 0
   */
  readonly priority?: number;
  /**
   * The largest number of calls of this function that may wait for a worker, an integer from 0, or Infinity. If that many
   * wait and no worker is free, the next call fails with a {@link QueueFullError}. With 0, only a free worker takes a call.
   * A call that is tried again is never refused.
   *
   * @defaultValue Infinity
   */
  readonly maxQueue?: number;
  /**
   * The longest time that a call may wait for a worker, the start of that worker included, in milliseconds: more than 0, or
   * Infinity. After that time the call fails with a {@link QueueFullError}.
   *
   * @defaultValue Infinity
   */
  readonly maxWait?: number;
  /**
   * The time between asking the task of an abandoned call to stop and ending its worker, in milliseconds, from 0, or
   * Infinity. With Infinity the task may go on until its `timeout`, its result is dropped, and its worker stays.
   *
   * @defaultValue the `graceMs` of the pool
   */
  readonly graceMs?: number;
}

/** Options of one call of a function that {@link pooled} or {@link pooled$} has made. */
export interface CallConfig {
  /**
   * Abandons the call when it aborts: a waiting call leaves the queue, and the task of a running call is told to stop. The
   * call fails at once with the reason of the signal.
   *
   * @defaultValue none
   */
  readonly signal?: AbortSignal | undefined;
  /** The time that the task may run, in milliseconds. @defaultValue the `timeout` of the function */
  readonly timeout?: number | undefined;
  /** The rank of this call. @defaultValue the `priority` of the function */
  readonly priority?: number | undefined;
}
