import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { parallel$ } from '../src/operators/parallelObservable.ts';
import { ThreadPool } from '../src/pools/workers/node/ThreadPool.ts';

/** Waits for the go where it is the head, and counts what has run. */
const behindHead = (n: number, counts: Int32Array): number => {
  if (n === 0) Atomics.wait(counts, 0, 0);
  else Atomics.add(counts, 1, 1);
  return n;
};

describe('the window of ordered results, in threads', () => {
  let pool: ThreadPool;
  before(() => {
    pool = new ThreadPool({ workers: 2 });
  });
  after(() => pool.close());

  for (const chunkSize of [1, 'auto'] as const)
    it(`fills behind a head that waits, and holds back the items: chunks of ${String(chunkSize)}`, async () => {
      const bufferSize = 1000;
      const counts = new Int32Array(new SharedArrayBuffer(8));
      let taken = 0;
      function* items(): Generator<number> {
        for (; taken < 3000;) {
          taken += 1;
          if (taken === bufferSize) letGoWhenRun();
          yield taken - 1;
        }
      }
      let behind = 0;
      const letGoWhenRun = (): void => {
        // Only when all others in the window have run may the head end: a worker that idled before would hang this.
        const wait = (): void => {
          if (Atomics.load(counts, 1) < bufferSize - 1) {
            setImmediate(wait);
            return;
          }
          behind = taken;
          Atomics.store(counts, 0, 1);
          Atomics.notify(counts, 0);
        };
        wait();
      };

      const results = await lastValueFrom(
        parallel$(behindHead, items(), { pool, args: [counts], ordered: true, bufferSize, chunkSize }).pipe(toArray()),
      );
      expect(behind).to.equal(bufferSize);
      expect(results).to.deep.equal(Array.from({ length: 3000 }, (_, n) => [n, n]));
    });
});
