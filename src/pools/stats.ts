import type { WorkerKind } from './pool.ts';

/**
 * The figures of a pool, from {@link Pool.stats}. `workers`, `waiting` and `running` are those of now. All others only grow, from
 * the start of the pool: the difference of two readings has the figures of the time between them.
 *
 * @example How busy the workers were in the last ten seconds, from 0 to 1
 * ```ts
 * const pool = new ThreadPool({ name: 'photos' });
 * let before = pool.stats();
 * setInterval(() => {
 *   const now = pool.stats();
 *   console.log(now.name, (now.busyMs - before.busyMs) / (10_000 * now.size));
 *   before = now;
 * }, 10_000);
 * ```
 */
export interface PoolStats {
  /** The option `name` of the pool; without it, its `kind`. */
  readonly name: string;
  /** Where its tasks run. */
  readonly kind: WorkerKind | 'local' | 'virtual' | 'queue';
  /** The maximum number of jobs at once. */
  readonly size: number;
  /** The workers that are alive, those of them that boot, and those that have a job. */
  readonly workers: { readonly alive: number; readonly booting: number; readonly busy: number };
  /** The jobs that wait for a worker. A job is a chunk of items, or a call of a function of {@link pooled}. */
  readonly waiting: number;
  /** The jobs that have a worker. */
  readonly running: number;
  /** The items that have settled. An item that is tried again counts again. */
  readonly items: number;
  /** Those of `items` that failed. */
  readonly failed: number;
  /** The jobs that have ended. */
  readonly jobs: number;
  /** The workers that were started. */
  readonly started: number;
  /** The workers that died. */
  readonly crashed: number;
  /** The workers that the pool has killed, since a task did not stop, or they did not answer. */
  readonly stopped: number;
  /** The workers that were replaced after `maxTasksPerWorker` items. */
  readonly retired: number;
  /** The calls that were refused with a {@link QueueFullError}. */
  readonly rejected: number;
  /** The time that workers had jobs, in milliseconds, of all workers together. */
  readonly busyMs: number;
  /** The part of `busyMs` in which tasks ran. */
  readonly workedMs: number;
  /** The time that jobs waited for a worker. */
  readonly waitMs: Buckets;
  /** The time that jobs took, once they had a worker. */
  readonly jobMs: Buckets;
}

/** A histogram of times, as Prometheus has them. */
export interface Buckets {
  /** The upper bounds of the buckets, in milliseconds. */
  readonly bounds: readonly number[];
  /** The number of times in each bucket: at most its bound, and more than the bound before. The last are above all bounds. */
  readonly counts: readonly number[];
  /** All times together, in milliseconds. */
  readonly sum: number;
  /** The number of times. */
  readonly count: number;
}
