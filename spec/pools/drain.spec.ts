import { expect } from 'chai';
import { catchError, mergeMap, of } from 'rxjs';
import {
  LocalPool,
  parallel,
  parallelIterable,
  pooled,
  pooled$,
  PoolClosedError,
  ProcessPool,
  tasks,
  ThreadPool,
  type CloseConfig,
  type Pool,
} from '../../src/index.ts';
import { marbles } from '../support/marbles.ts';
import { errorOf } from '../support/settle.ts';
import { until } from '../support/until.ts';
import { letterPool, upper } from '../support/virtual.ts';

const t = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

// Each with two workers. A pool with a pause runs each call as a job.
const POOLS: Readonly<Record<string, () => Pool>> = {
  'this thread': () => new LocalPool({ workers: 2 }),
  threads: () => new ThreadPool({ workers: 2, execArgv: fast, graceMs: 20 }),
  processes: () => new ProcessPool({ workers: 2, execArgv: fast, graceMs: 20 }),
  'threads with a pause': () => new ThreadPool({ workers: 2, pause: 1, execArgv: fast, graceMs: 20 }),
};

const FIFTY = Array.from({ length: 50 }, (_, n) => n % 3);

describe('close with drainMs', function () {
  this.timeout(60_000);

  for (const [name, make] of Object.entries(POOLS))
    describe(`on ${name}`, () => {
      it('runs all calls and runs that the pool was given, and refuses others at once', async () => {
        for (const drainMs of [Infinity, 50_000]) {
          const pool = make();
          const [nap, other] = [pooled(t.waitFor, { pool, retry: 1 }), pooled(t.waitFor, { pool, priority: 1 })];
          const idle = pooled(t.double, { pool });
          expect(await Promise.all([nap(0), idle(1)])).to.deep.equal([0, 2]);
          const calls = FIFTY.map((ms) => nap(ms));
          const others = FIFTY.map((ms) => other(ms));
          const run = parallel(t.waitFor, [1, 2], { pool, chunkSize: 1 });
          await until(() => nap.running + other.running > 0);

          let isClosed = false;
          const closed = pool.close({ drainMs }).then(() => (isClosed = true));
          for (const late of await Promise.all([errorOf(nap(1)), errorOf(other(1)), errorOf(idle(1))]))
            expect(late).to.be.instanceOf(PoolClosedError);
          expect(isClosed).to.equal(false);
          const refused = errorOf(parallel(t.double, [1], { pool }));
          expect(await Promise.all(calls)).to.deep.equal(FIFTY);
          expect(await Promise.all(others)).to.deep.equal(FIFTY);
          expect(await run).to.deep.equal([1, 2]);
          await closed;
          expect(await refused).to.be.instanceOf(PoolClosedError);
          expect([nap.waiting, nap.running, other.waiting, other.running]).to.deep.equal([0, 0, 0, 0]);
        }
      });

      it('fails what is not done in time, and a run that has more items than were cut', async () => {
        const pool = make();
        const nap = pooled(t.waitFor, { pool });
        await Promise.all([nap(1), nap(1)]);
        const calls = [5, 5, 60_000, 60_000, 1].map((ms) => nap(ms).catch((error: unknown) => error));
        await until(() => nap.running === 2 && nap.waiting <= 1);
        const startedAt = performance.now();
        await pool.close({ drainMs: 100 });
        expect(performance.now() - startedAt).to.be.within(80, 5000);
        expect(await Promise.all(calls.slice(0, 2))).to.deep.equal([5, 5]);
        for (const call of calls.slice(2)) expect(await call).to.be.instanceOf(PoolClosedError);

        const second = make();
        const got: number[] = [];
        let closing: Promise<void> | undefined;
        const endless = async (): Promise<void> => {
          for await (const [, value] of parallelIterable(t.double, naturals(), { pool: second, chunkSize: 1 })) {
            got.push(value);
            if (got.length === 3) closing = second.close({ drainMs: Infinity });
          }
        };
        expect(await errorOf(endless())).to.be.instanceOf(PoolClosedError);
        await closing;
        expect(got.length).to.be.within(3, 1000);
      });

      it('is shortened by another close, and never lengthened', async () => {
        for (const [first, second] of [
          [Infinity, { drainMs: 100 }],
          [60_000, undefined],
          [100, { drainMs: Infinity }],
        ] as const) {
          const pool = make();
          const nap = pooled(t.waitFor, { pool });
          await Promise.all([nap(1), nap(1)]);
          const [short, long] = [nap(5), errorOf(nap(50_000))];
          await until(() => nap.running > 0 && nap.waiting === 0);
          const closed = pool.close({ drainMs: first });
          await short;
          await Promise.all([closed, pool.close(second)]);
          expect(await long).to.be.instanceOf(PoolClosedError);
        }
      });

      it('refuses wrong options, and closes nothing then', async () => {
        const pool = make();
        const wrong: [unknown, typeof TypeError | typeof RangeError, string][] = [
          [
            { drainMs: -1 },
            RangeError,
            'drainMs must be from 0 and at most 2147483647 milliseconds, or Infinity, not -1',
          ],
          [{ drainMs: NaN }, RangeError, 'drainMs must be from 0'],
          [{ drainMs: '5' }, TypeError, 'drainMs must be from 0'],
          [{ drain: 5 }, TypeError, 'there is no option drain; the options are drainMs'],
          [5, TypeError, 'the options must be an object, not 5'],
        ];
        for (const [config, ErrorClass, message] of wrong)
          expect(await errorOf(pool.close(config as CloseConfig)))
            .to.be.instanceOf(ErrorClass)
            .with.property('message')
            .that.includes(message);
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
        await pool.close({});
      });
    });

  for (const [drainMs, expected] of [
    [6, '----xA--(B|)'],
    [3, '----xA(x|)'],
  ] as const)
    it(
      `runs what waits in virtual time, to the frame, for ${String(drainMs)} frames`,
      marbles(({ hot, expectObservable }) => {
        const pools = [letterPool(1, { a: 4, b: 3 }), letterPool(1, { a: 4, b: 3 })];
        for (const pool of pools) {
          const upper$ = pooled$(upper, { pool });
          hot('---x').subscribe(() => void pool.close({ drainMs }));
          const calls$ = hot('-ab-c|').pipe(
            mergeMap((letter) =>
              upper$(letter).pipe(catchError((error: unknown) => of(error instanceof PoolClosedError ? 'x' : 'y'))),
            ),
          );
          expectObservable(calls$).toBe(expected);
        }
      }),
    );
});

function* naturals(): Generator<number> {
  for (let n = 0; ; n += 1) yield n;
}
