import { expect } from 'chai';
import { parallel } from '../../../src/operators/parallel.ts';
import { pooled } from '../../../src/operators/pooled.ts';
import type { Job, Settlements } from '../../../src/pools/pool.ts';
import type { Observable } from 'rxjs';
import { ProcessPool } from '../../../src/pools/workers/node/ProcessPool.ts';
import { ThreadPool } from '../../../src/pools/workers/node/ThreadPool.ts';
import { until } from '../../support/until.ts';

const hang = (): Promise<never> => new Promise(() => setTimeout(() => undefined, 2 ** 30));
const takeMs = (ms: number): number => {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return ms;
};
const items = Array.from({ length: 1200 }, () => 1);

/** The sizes of the chunks of all runs of a pool from now on. */
function sizesOf(pool: ThreadPool): number[] {
  const sizes: number[] = [];
  const run$ = pool.run$.bind(pool);
  pool.run$ = <In, Out>(job: Job<In>): Observable<Settlements<Out>> => {
    sizes.push(job.items.length);
    return run$(job);
  };
  return sizes;
}

describe('the time of a chunk', function () {
  this.timeout(60_000);

  for (const Pool of [ThreadPool, ProcessPool])
    it(`is short while a job or a call waits for a worker of that pool, and of no other (${Pool.name})`, async () => {
      await using busy = new Pool({ workers: 1, graceMs: 0 });
      await using other = new Pool({ workers: 1, graceMs: 0 });
      const times = (): unknown => [busy.chunkMs, other.chunkMs];
      const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()] as const;
      const ends = [
        parallel(hang, [0], { pool: busy, signal: first.signal }),
        parallel(hang, [0], { pool: other, signal: first.signal }),
      ];
      await until(() => busy.stats().running + other.stats().running === 2);
      expect(times()).to.deep.equal([undefined, undefined]);
      ends.push(parallel(hang, [0], { pool: busy, signal: second.signal }));
      expect(times()).to.deep.equal([25, undefined]);
      second.abort();
      expect(times()).to.deep.equal([undefined, undefined]);
      ends.push(pooled(hang, { pool: busy })(0, { signal: third.signal }).then(() => []));
      await until(() => busy.chunkMs === 25);
      expect(times()).to.deep.equal([25, undefined]);
      third.abort();
      expect(times()).to.deep.equal([undefined, undefined]);
      expect(busy.stats()).to.include({ waiting: 0, running: 1 });
      first.abort();
      for (const { status } of await Promise.allSettled(ends)) expect(status).to.equal('rejected');
    });

  it('grows in a long run that is alone, and not in two at once', async () => {
    await using pool = new ThreadPool({ workers: 1 });
    const sizes = sizesOf(pool);
    await parallel(takeMs, items, { pool });
    const alone = Math.max(...sizes.splice(0));
    await Promise.all([parallel(takeMs, items, { pool }), parallel(takeMs, items, { pool })]);
    const together = Math.max(...sizes);
    expect(together).to.be.at.most(25);
    expect(alone).to.be.within(1.5 * together, 100);
  });
});
