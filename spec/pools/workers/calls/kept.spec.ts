import { expect } from 'chai';
import { firstValueFrom, toArray } from 'rxjs';
import { pooled, pooled$, ProcessPool, tasks, ThreadPool, type Task } from '../../../../src/index.ts';
import { keptOf } from '../../../support/collected.ts';
import { errorOf } from '../../../support/settle.ts';
import { until } from '../../../support/until.ts';

const t = tasks<typeof import('../../../support/tasks.ts')>(new URL('../../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../../support/register.js', import.meta.url).href];

type Pool = ThreadPool | ProcessPool;

/** Uses a function on some pools, disposes of it, and gives its arguments, weakly. */
const USES: Readonly<Record<string, (pools: readonly Pool[]) => Promise<readonly object[]>>> = {
  'has answered calls, one by one and joined': (pools) =>
    Promise.all(
      pools.map(async (pool) => {
        const arg = new Map([[1, 'one']]);
        await using read = pooled(t.read, { pool, args: [arg], timeout: 60_000 });
        await read({ n: 1 });
        await Promise.all([1, 2, 3, 4].map((n) => read({ n })));
        return arg;
      }),
    ),
  'was abandoned while its task ran': (pools) =>
    Promise.all(
      pools.map(async (pool) => {
        const arg = { of: 'nothing' };
        const run = t.runUntilStopped as Task<unknown, void, [object]>;
        await using running = pooled(run, { pool, args: [arg], graceMs: Infinity, timeout: 60_000 });
        const controller = new AbortController();
        const error = errorOf(running(1, { signal: controller.signal }));
        await until(() => running.running === 1);
        controller.abort(new Error('enough'));
        await error;
        return arg;
      }),
    ),
  'has given the results of a generator': (pools) =>
    Promise.all(
      pools.map(async (pool) => {
        const arg = { of: 'nothing' };
        await using count$ = pooled$(t.countTo as Task<number, number, [object]>, { pool, args: [arg] });
        await firstValueFrom(count$(3).pipe(toArray()));
        return arg;
      }),
    ),
};

describe('a disposed function of pooled', function () {
  this.timeout(60_000);

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    for (const [how, use] of Object.entries(USES))
      it(`leaves nothing in memory on ${kind}, while the workers live on, if it ${how}`, async () => {
        const pools = [1, 2].map((workers) => new Pool({ workers, execArgv: fast, idleMs: Infinity }));
        await Promise.all(pools.map((pool) => pool.ready()));
        const refs: Record<string, WeakRef<object>> = {};
        const note = (arg: object, at: number): void => {
          refs[`function ${String(Object.keys(refs).length)}, on pool ${String(at)}`] = new WeakRef(arg);
        };
        for (let round = 0; round < 10; round += 1) (await use(pools)).forEach(note);
        await Promise.resolve();
        expect(Object.keys(refs)).to.have.length(20);
        expect(await keptOf(refs)).to.deep.equal([]);
        await Promise.all(pools.map((pool) => pool.close()));
      });
});
