import { expect } from 'chai';
import { firstValueFrom, Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { LocalPool, pooled, pooled$, ProcessPool, tasks, ThreadPool, type Pool } from '../../../src/index.ts';
import { VirtualPool } from '../../../src/testing.ts';
import { marbles } from '../../support/marbles.ts';
import { errorOf } from '../../support/settle.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

// A pool with a pause, and one that somebody wraps, run each call as a job.
const POOLS: Readonly<Record<string, () => Pool>> = {
  'this thread': () => new LocalPool({ workers: 1 }),
  threads: () => new ThreadPool({ workers: 1, pause: 1, execArgv: fast }),
  processes: () => new ProcessPool({ workers: 1, pause: 1, execArgv: fast }),
  'threads that somebody wraps': () => wrapped(new ThreadPool({ workers: 1, execArgv: fast })),
};

describe('calls that run as jobs', function () {
  this.timeout(30_000);

  for (const [name, make] of Object.entries(POOLS))
    it(`find the worker free that the last result came from, on ${name}`, async () => {
      const pools = [make(), make()];
      for (const pool of pools) {
        const double$ = pooled$(t.double, { pool, maxQueue: 0 });
        const count$ = pooled$(t.countTo, { pool, maxQueue: 0 });
        for (const moment of ['next', 'complete'] as const)
          expect(await firstValueFrom(double$(1).pipe(andThen(moment, () => double$(2))))).to.equal(4);
        expect(await firstValueFrom(count$(3).pipe(andThen('complete', () => count$(1))))).to.equal(1);

        await using double = pooled(t.double, { pool, maxQueue: 0 });
        expect([await double(1), await double(2)]).to.deep.equal([2, 4]);
        await using nap = pooled(t.waitFor, { pool, maxQueue: 0 });
        const busy = nap(50);
        expect(await errorOf(nap(1))).to.have.property('name', 'QueueFullError');
        expect(await busy).to.equal(50);
      }
      await Promise.all(pools.map((pool) => pool.close()));
    });

  it(
    'find the worker free that the last result came from, in virtual time',
    marbles(({ expectObservable }) => {
      const pool = new VirtualPool({ workers: 1, duration: 3 });
      const same$ = pooled$((n: string) => n, { pool, maxQueue: 0 });
      expectObservable(same$('a').pipe(andThen('complete', () => same$('b')))).toBe('------(b|)');
    }),
  );

  it('go on where the pool has thrown once', async () => {
    const pool = new LocalPool({ workers: 1 });
    let throws = false;
    const odd: Pool = {
      ...wrapped(pool),
      get size() {
        if (!throws) return 1;
        throws = false;
        throw new Error('no size today');
      },
    };
    const [double, other] = [pooled(t.double, { pool: odd }), pooled(t.double, { pool: odd })];
    expect(await Promise.all([double(1), other(1)])).to.deep.equal([2, 2]);
    throws = true;
    expect(await errorOf(double(2)))
      .to.be.instanceOf(Error)
      .with.property('message', 'no size today');
    expect(await Promise.all([double(3), other(3)])).to.deep.equal([6, 6]);
    await pool.close();
  });
});

/** Makes another call at a moment of the first one, and gives the results of that. */
function andThen(moment: 'next' | 'complete', call$: () => Observable<unknown>): MonoTypeOperatorFunction<unknown> {
  return (first$) =>
    new Observable((subscriber) => {
      const again = (): void => {
        subscriber.add(call$().subscribe(subscriber));
      };
      return first$.subscribe({
        [moment]: again,
        error: (error: unknown) => {
          subscriber.error(error);
        },
      });
    });
}

function wrapped(pool: Pool): Pool {
  return {
    get size() {
      return pool.size;
    },
    sends: pool.sends === true,
    ...(pool.closed$ === undefined ? {} : { closed$: pool.closed$ }),
    run$: (job) => pool.run$(job),
    close: () => pool.close(),
  };
}
