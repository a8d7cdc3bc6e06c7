import { expect } from 'chai';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { parallel$ } from '../../../src/operators/parallelObservable.ts';
import { ThreadPool } from '../../../src/pools/workers/node/ThreadPool.ts';

/** Longer than results of a chunk are kept back. */
const LONG_MS = 100;

const thenWaitsInItsThread = (n: number, go: Int32Array, longMs: number): number => {
  const until = performance.now() + (n === 1 ? longMs : 0);
  while (performance.now() < until);
  if (n === 2) Atomics.wait(go, 0, 0);
  return n;
};

const thenWaits = async (n: number, go: Int32Array): Promise<number> => {
  while (n === 2 && Atomics.load(go, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
  return n;
};

describe('a slow chunk', () => {
  let pool: ThreadPool;
  before(() => {
    pool = new ThreadPool({ workers: 1 });
  });
  after(() => pool.close());

  for (const task of [thenWaitsInItsThread, thenWaits])
    it(`lets out what has finished, while the next item ${task.name}`, async () => {
      const go = new Int32Array(new SharedArrayBuffer(4));

      const results = await lastValueFrom(
        parallel$(task, [0, 1, 2, 3], { pool, chunkSize: 4, args: [go, LONG_MS] }).pipe(
          // The third waits for this: it would never end if the second came with it.
          tap(([index]) => {
            if (index === 1) Atomics.store(go, 0, 1);
            Atomics.notify(go, 0);
          }),
          toArray(),
        ),
      );
      expect(results).to.deep.equal([0, 1, 2, 3].map((n) => [n, n]));
    });
});
