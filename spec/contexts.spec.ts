import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { finalize, from, Observable } from 'rxjs';
import { parallelMap } from '../src/operators/parallelMap.ts';
import { LocalPool } from '../src/pools/local/LocalPool.ts';
import type { Pool } from '../src/pools/pool.ts';
import { ProcessPool } from '../src/pools/workers/node/ProcessPool.ts';
import { ThreadPool } from '../src/pools/workers/node/ThreadPool.ts';
import { tasks } from '../src/tasks/tasks.ts';
import { contextPools } from './support/contextPools.ts';
import { storeContexts } from './support/Contexts.ts';
import type { Strays } from './support/findStrays.ts';
import { run } from './support/run.ts';

v8.setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

const storage = new AsyncLocalStorage<object>();

/** Runs something in the context of a store of its own. */
async function storeOf(run$: Observable<unknown>): Promise<WeakRef<object>> {
  let store: object | undefined = { request: true };
  const held = new WeakRef(store);
  await new Promise<void>((resolve) => {
    storage.run(store as object, () => run$.pipe(finalize(resolve)).subscribe({ error: () => undefined }));
  });
  store = undefined;
  return held;
}

/** How many of some stores are still held, when all has been collected that can be. */
async function countHeld(stores: readonly WeakRef<object>[]): Promise<number> {
  const left = (): number => stores.filter((store) => store.deref() !== undefined).length;
  for (let turns = 0; turns < 100 && left() > 0; turns += 1) {
    await sleep(5);
    gc();
  }
  return left();
}

describe('the async contexts of runs', () => {
  describe('are not held by a pool when their runs have ended, whatever its idleMs', () => {
    const pools: Readonly<Record<string, () => Pool | 'thread' | 'process'>> = {
      threads: () => new ThreadPool({ workers: 1, idleMs: Infinity }),
      processes: () => new ProcessPool({ workers: 1, idleMs: Infinity }),
      'workers that are replaced': () => new ThreadPool({ workers: 1, idleMs: Infinity, maxTasksPerWorker: 1 }),
      'spaced starts': () => new ThreadPool({ workers: 1, idleMs: Infinity, pause: 1 }),
      'threads that all runs share': () => 'thread',
      'processes that all runs share': () => 'process',
      'this thread, with an initializer': () => new ThreadPool({ workers: 0, initializer: () => sleep(1) }),
      'this thread': () => new LocalPool(),
    };

    for (const [name, make] of Object.entries(pools))
      it(name, async () => {
        const pool = make();
        const run$ = from([1, 2]).pipe(parallelMap((n: number) => n, { pool }));
        const failing$ = from([1, 2]).pipe(
          parallelMap(
            () => {
              throw new Error('each');
            },
            { pool },
          ),
        );
        const stores = [...(await Promise.all([run$, failing$, run$].map(storeOf))), await storeOf(run$)];

        expect(await countHeld(stores), 'stores that are held').to.equal(0);
        if (typeof pool === 'object') await pool.close();
      }).timeout(60_000);
  });

  it('are not held by Node when a run has made it import a module of tasks into this thread', async () => {
    const url = new URL('./support/tasks.ts', import.meta.url);
    const stores = await Promise.all(
      ['first', 'second'].map((query) => {
        url.search = query;
        const { double } = tasks<typeof import('./support/tasks.ts')>(new URL(url));
        return storeOf(from([1, 2]).pipe(parallelMap(double, { pool: 'local' })));
      }),
    );
    expect(await countHeld(stores)).to.equal(0);
  });

  it('are zones as well, where zone.js is loaded', async () => {
    const script = fileURLToPath(new URL('./support/scripts/zones.ts', import.meta.url));
    const flags = ['--enable-source-maps', '--import', new URL('./support/register.js', import.meta.url).href];
    const printed = await run(process.execPath, [...flags, script], { timeout: 60_000 });
    const found = JSON.parse(printed) as Readonly<Record<string, Strays>>;

    expect(Object.keys(found)).to.deep.equal(Object.keys(contextPools(storeContexts())));
    for (const [pool, strays] of Object.entries(found))
      expect(strays, pool).to.deep.equal({ elsewhere: [], missing: [] });
  }).timeout(60_000);
});
