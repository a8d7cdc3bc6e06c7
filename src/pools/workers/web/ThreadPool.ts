import { named } from '../../../util/named.ts';
import { makePools } from '../makePools.ts';
import { WorkerPool } from '../WorkerPool.ts';
import type { WorkerPoolConfig } from '../config/WorkerPoolConfig.ts';
import type { Script } from '../../../tasks/script/Script.ts';
import { checkFunction } from '../../../util/check.ts';
import { webWorkers } from './webWorkers.ts';

/** A pool of workers of a browser. It lives until {@link close}. */
export class ThreadPool extends WorkerPool {
  static {
    named(this, 'ThreadPool');
  }

  /** @throws TypeError or RangeError if an option is wrong; TaskCloneError if `initArgs` cannot be sent. */
  constructor(config: WorkerPoolConfig = {}) {
    super(makePools(webWorkers('thread', commonScript(config)), config));
  }
}

function commonScript({ worker }: WorkerPoolConfig): Script | undefined {
  if (worker === undefined) return undefined;
  checkFunction('worker', worker);
  return { start: worker, local: undefined };
}
