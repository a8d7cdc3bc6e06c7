import { named } from '../../../util/named.ts';
import { makePools } from '../makePools.ts';
import { WorkerPool } from '../WorkerPool.ts';
import type { WorkerPoolConfig } from '../WorkerPoolConfig.ts';
import { webWorkers } from './webWorkers.ts';

/** A pool of workers of a browser. It lives until {@link close}. */
export class ThreadPool extends WorkerPool {
  static {
    named(this, 'ThreadPool');
  }

  /** @throws TypeError or RangeError if an option is wrong; TaskCloneError if `initArgs` cannot be sent. */
  constructor(config: WorkerPoolConfig = {}) {
    super(makePools(webWorkers('thread'), config));
  }
}
