import { named } from '../../../util/named.ts';
import { WorkerPool } from '../WorkerPool.ts';
import type { WithInitArgs, WorkerPoolConfig } from '../WorkerPoolConfig.ts';

/**
 * A pool of worker processes: slower to start and to talk to than threads, but what happens in one (a crash, a memory limit,
 * a native module that is not made for threads) stays in it. It lives until {@link close}; an idle one does not keep the
 * process alive.
 *
 * @example Four processes for several runs
 * ```ts
 * await using pool = new ProcessPool({ workers: 4 });
 * const pages = await parallel(render, urls, { pool });
 * ```
 *
 * @typeParam InitArgs - What the initializer is called with; told by `config`.
 * @see {@link ThreadPool} for what starts and talks faster.
 */
export class ProcessPool<InitArgs extends readonly unknown[] = readonly unknown[]> extends WorkerPool {
  static {
    named(this, 'ProcessPool');
  }

  /** @throws TypeError or RangeError if an option is wrong; TaskCloneError if `initArgs` cannot be sent. */
  constructor(config?: WorkerPoolConfig<InitArgs> & WithInitArgs<InitArgs>);
  constructor(config: WorkerPoolConfig = {}) {
    super('process', config);
  }
}
