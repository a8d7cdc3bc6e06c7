import { expect } from 'chai';
import { LocalPool, pooled, ProcessPool, tasks, ThreadPool, type Pool } from '../../../../src/index.ts';
import { errorOf } from '../../../support/settle.ts';
import { until } from '../../../support/until.ts';

const t = tasks<typeof import('../../../support/tasks.ts')>(new URL('../../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../../support/register.js', import.meta.url).href];

// Each of one worker. A pool with a pause runs each call as a job.
const POOLS: Readonly<Record<string, () => Pool>> = {
  'this thread': () => new LocalPool(),
  threads: () => new ThreadPool({ workers: 1, execArgv: fast, graceMs: 20 }),
  processes: () => new ProcessPool({ workers: 1, execArgv: fast, graceMs: 20 }),
  'threads with a pause': () => new ThreadPool({ workers: 1, pause: 0.01, execArgv: fast, graceMs: 20 }),
};

type Call = (n: number) => Promise<unknown>;

/** Clients that each make a call when their last one has settled. Gives the numbers of all calls, as they settled. */
async function inLoops(calls: readonly Call[], clients: number, count: number): Promise<readonly number[]> {
  const settled: number[] = [];
  let made = 0;
  const client = async (call: Call): Promise<void> => {
    while (made < count) {
      const n = (made += 1);
      await call(n);
      settled.push(n);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, at) => client(calls[at % calls.length] as Call)));
  return settled;
}

describe('a queue of calls that is never empty', function () {
  this.timeout(60_000);

  for (const [name, make] of Object.entries(POOLS))
    describe(`(${name})`, () => {
      let pool: Pool;
      before(() => {
        pool = make();
      });
      after(() => pool.close());

      it('is first come, first served, whichever calls are fast and whichever are aborted', async () => {
        // Most take no time, so that they go together, and some take longer than those behind them are left waiting for.
        for (const mayAbort of [false, true]) {
          await using act = pooled(t.waitOrNot, { pool });
          await using other = pooled(t.waitOrNot, { pool, timeout: 60_000 });
          const aborted = new Set<number>();
          const order: number[] = [];
          for (const fn of [act, other]) {
            const call: Call = async (n) => {
              const controller = new AbortController();
              const result = fn(n % 40 === 0 ? 6 : 0, { signal: controller.signal }).catch(() => aborted.add(n));
              if (mayAbort && n % 7 === 0) controller.abort();
              await result;
            };
            order.push(...(await inLoops([call], 20, 400)).filter((n) => !aborted.has(n)));
            expect(order).to.deep.equal([...order].sort((a, b) => a - b));
            order.length = 0;
            aborted.clear();
          }
        }
      });

      it('serves two functions in turn: no call is overtaken by more than a few of the other', async () => {
        await using one = pooled(t.waitOrNot, { pool });
        await using two = pooled(t.waitOrNot, { pool });
        const settled = await inLoops([(n) => one(n % 20 === 0 ? 3 : 0), (n) => two(n % 30 === 0 ? 3 : 0)], 20, 400);
        const overtaken = settled.map((n, at) => settled.slice(0, at).filter((before) => before > n).length);
        expect(Math.max(...overtaken)).to.be.at.most(40);
      });

      it('goes on behind calls that are aborted, from the last to the one that runs', async () => {
        await using stoppable = pooled(t.runUntilStopped, { pool });
        await using double = pooled(t.double, { pool });
        for (const counts of [2, 5]) {
          const controllers = Array.from({ length: counts }, () => new AbortController());
          const errors = controllers.map(({ signal }) => errorOf(stoppable(undefined, { signal })));
          const [after, behind] = [double(2), double(3)];
          await until(() => stoppable.running === 1);
          for (const controller of controllers.reverse()) controller.abort('gone');
          expect(new Set(await Promise.all(errors))).to.deep.equal(new Set(['gone']));
          expect(await Promise.all([after, behind])).to.deep.equal([4, 6]);
        }
      });
    });
});
