import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { LocalPool } from '../../src/pools/LocalPool.ts';
import { ProcessPool } from '../../src/pools/ProcessPool.ts';
import { ThreadPool } from '../../src/pools/ThreadPool.ts';
import { VirtualPool } from '../../src/pools/VirtualPool.ts';
import { storeContexts } from '../support/Contexts.ts';
import { calledBy, exercise, type Exercise } from '../support/exercise.ts';
import { OwnPool } from '../support/OwnPool.ts';

const contexts = storeContexts();

/** By the name of a pool, how one is made and what it can do. */
const pools: Readonly<Record<string, () => Exercise>> = {
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
  'a pool of this thread that each run has for itself': () => ({ contexts, pool: 'local', here: true, promises: true }),
  'virtual time': () => {
    const pool = new VirtualPool({ workers: 1, duration: 1 });
    return { contexts, pool, here: true, promises: false, scheduler: new VirtualTimeScheduler() };
  },
  'a pool of your own': () => ({ contexts, pool: new OwnPool(contexts), here: true, promises: false }),
};

describe('the contract: async contexts', () => {
  for (const [name, make] of Object.entries(pools))
    it(`53. runs everything it calls in the async context of its subscription: ${name}`, async () => {
      const all = make();
      const seen = await exercise(all);
      await all.close?.();

      const runs = Object.entries(seen).flatMap(([scenario, sightings]) =>
        Object.entries(sightings).map(([run, callbacks]) => ({ scenario, run, callbacks })),
      );
      const strange = runs.flatMap(({ scenario, run, callbacks }) =>
        Object.entries(callbacks)
          .filter(([, names]) => names.length !== 1 || names[0] !== run)
          .map(([callback, names]) => `${scenario}: ${callback} of ${run} in ${names.join(' and ')}`),
      );
      const missing = runs.flatMap(({ scenario, run, callbacks }) =>
        calledBy(scenario, all)
          .filter((callback) => !(callback in callbacks))
          .map((callback) => `${scenario}: ${callback} of ${run}`),
      );
      expect(strange, 'called in other contexts').to.deep.equal([]);
      expect(missing, 'not called').to.deep.equal([]);
    }).timeout(20_000);
});
