import { named } from '../../../util/named.ts';
import { makePools } from '../makePools.ts';
import { WorkerPool } from '../WorkerPool.ts';
import type { WithInitArgs, WorkerPoolConfig } from '../config/WorkerPoolConfig.ts';
import { nodeWorkers } from './nodeWorkers.ts';

/**
 * A pool of worker threads. It lives until {@link close}. An idle pool does not keep the process alive.
 *
 * @example Keep a pool for several runs
 * ```ts
 * await using pool = new ThreadPool({ workers: 4 });
 * const sizes = await parallel(measure, files, { pool });
 * ```
 *
 * @typeParam InitArgs - The arguments of the initializer; inferred from `config`.
 * @see {@link ProcessPool} to isolate the faults of a worker, {@link LocalPool} for this thread.
 */
export class ThreadPool<InitArgs extends readonly unknown[] = readonly unknown[]> extends WorkerPool {
  static {
    named(this, 'ThreadPool');
  }

  /** @throws TypeError or RangeError if an option is wrong; TaskCloneError if `initArgs` cannot be sent. */
  constructor(config?: WorkerPoolConfig<InitArgs> & WithInitArgs<InitArgs>);
  constructor(config: WorkerPoolConfig = {}) {
    super(makePools(nodeWorkers('thread'), config));
  }
}
