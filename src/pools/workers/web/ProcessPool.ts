import { WorkerPool, type Pools } from '../WorkerPool.ts';

/** Browsers have no processes. */
export class ProcessPool extends WorkerPool {
  /** @throws TypeError always. */
  constructor() {
    super(refuse());
  }
}

function refuse(): Pools {
  throw new TypeError('a browser has no processes: use a ThreadPool');
}
