import { VirtualTimeScheduler } from 'rxjs';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { ProcessPool } from '../../src/pools/workers/node/ProcessPool.ts';
import { ThreadPool } from '../../src/pools/workers/node/ThreadPool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import type { Contexts } from './Contexts.ts';
import type { Exercise } from './exercise.ts';
import { OwnPool } from './OwnPool.ts';

/** Where runs are exercised in contexts: by the name of a pool, what makes it. Those that have a size are of one place. */
export function contextPools(contexts: Contexts): Readonly<Record<string, () => Exercise>> {
  return {
    'a pool of threads': () => {
      const pool = new ThreadPool({ workers: 1 });
      return { contexts, pool, here: false, promises: true, close: () => pool.close() };
    },
    'a pool of processes': () => {
      const pool = new ProcessPool({ workers: 1 });
      return { contexts, pool, here: false, promises: true, close: () => pool.close() };
    },
    'the threads that all runs share': () => ({ contexts, pool: 'thread', here: false, promises: true }),
    'the processes that all runs share': () => ({ contexts, pool: 'process', here: false, promises: true }),
    'a pool of threads without workers': () => {
      const pool = new ThreadPool({ workers: 0, initializer: () => undefined, pause: 1 });
      return { contexts, pool, here: true, promises: true, close: () => pool.close() };
    },
    'a pool of this thread': () => {
      const pool = new LocalPool();
      return { contexts, pool, here: true, promises: true, close: () => pool.close() };
    },
    'a pool of this thread that each run has for itself': () => ({
      contexts,
      pool: 'local',
      here: true,
      promises: true,
    }),
    'virtual time': () => {
      const pool = new VirtualPool({ workers: 1, duration: 1 });
      return { contexts, pool, here: true, promises: false, scheduler: new VirtualTimeScheduler() };
    },
    'a pool of your own': () => ({ contexts, pool: new OwnPool(contexts), here: true, promises: false }),
  };
}
