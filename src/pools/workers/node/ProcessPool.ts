import { named } from '../../../util/named.ts';
import { makePools } from '../makePools.ts';
import { WorkerPool } from '../WorkerPool.ts';
import type { WithInitArgs, WorkerPoolConfig } from '../config/WorkerPoolConfig.ts';
import { nodeWorkers } from './nodeWorkers.ts';

/**
 * A pool of worker processes. Processes start more slowly than threads, and their messages take longer. But a crash, a memory
 * limit or a native module that is not made for threads affects only its own process. The pool lives until {@link close}. An idle
 * pool does not keep the process alive.
 *
 * @example Four processes for several runs
 * ```ts
 * await using pool = new ProcessPool({ workers: 4 });
 * const pages = await parallel(render, urls, { pool });
 * ```
 *
 * @typeParam InitArgs - The arguments of the initializer; inferred from `config`.
 * @see {@link ThreadPool} for workers that start and exchange messages faster.
 */
export class ProcessPool<InitArgs extends readonly unknown[] = readonly unknown[]> extends WorkerPool {
  static {
    named(this, 'ProcessPool');
  }

  /** @throws TypeError or RangeError if an option is wrong; TaskCloneError if `initArgs` cannot be sent. */
  constructor(config?: WorkerPoolConfig<InitArgs> & WithInitArgs<InitArgs>);
  constructor(config: WorkerPoolConfig = {}) {
    super(makePools(nodeWorkers('process'), config));
  }
}
