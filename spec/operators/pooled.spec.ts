import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { timer } from 'rxjs';
import {
  LocalPool,
  parallel,
  pooled,
  PoolClosedError,
  ProcessPool,
  QueueFullError,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  tasks,
  TaskTimeoutError,
  ThreadPool,
  WorkerCrashError,
  type PooledConfig,
  type WorkerPoolConfig,
} from '../../src/index.ts';
import { scratch } from '../support/scratch.ts';
import { errorOf } from '../support/settle.ts';
import { until } from '../support/until.ts';
import { wrongOptions } from '../support/wrongOptions.ts';

const t = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

const SHARED = new Set(['pool', 'args', 'timeout', 'retry', 'crashRetries', 'transfer']);

describe('pooled', function () {
  this.timeout(60_000);

  it('refuses wrong options of the function at once, and those of a call by its promise', async () => {
    const own: [PooledConfig, typeof TypeError | typeof RangeError, string][] = [
      [{ priority: NaN }, RangeError, 'priority must be a number, and finite, not NaN'],
      [{ priority: 'high' as never }, TypeError, 'priority must be a number, and finite, not "high"'],
      [{ maxQueue: -1 }, RangeError, 'maxQueue must be an integer from 0 or Infinity, not -1'],
      [{ maxWait: 0 }, RangeError, 'maxWait must be more than 0 and at most'],
      [{ graceMs: -1 }, RangeError, 'graceMs must be from 0 and at most'],
      [{ ordered: true } as never, TypeError, 'there is no option ordered; the options are pool, args, timeout'],
    ];
    const shared = wrongOptions.filter(([options]) => SHARED.has(Object.keys(options ?? {})[0] ?? ''));
    expect(shared).to.have.length.above(6);
    for (const [config, ErrorClass, message] of [...own, ...shared])
      expect(() => pooled(t.double, config as never)).to.throw(ErrorClass, message);

    await using double = pooled(t.double, { pool: 'local' });
    expect(await errorOf(double(1, { signal: {} as never }))).to.be.instanceOf(TypeError);
    expect(await errorOf(double(1, { timeout: 0 }))).to.be.instanceOf(RangeError);
    expect(await errorOf(double(1, { priority: Infinity }))).to.be.instanceOf(RangeError);
    expect(await errorOf(double(1, { retries: 1 } as never))).to.be.instanceOf(TypeError);
    expect([await double(4), await double(5, {})]).to.deep.equal([8, 10]);
  });

  it('runs its task in the async context of each call, in this thread', async () => {
    const storage = new AsyncLocalStorage<string>();
    const pool = new LocalPool({ workers: 1 });
    const seen: unknown[] = [];
    const name = pooled(
      async (n: number) => {
        const before = storage.getStore();
        await timerOf(1);
        return [n, before, storage.getStore()];
      },
      { pool, transfer: () => (seen.push(storage.getStore()), []) },
    );

    const calls = ['a', 'b', 'c'].map((context, n) => storage.run(context, () => name(n)));
    expect(await Promise.all(calls)).to.deep.equal([
      [0, 'a', 'a'],
      [1, 'b', 'b'],
      [2, 'c', 'c'],
    ]);
    expect(seen).to.deep.equal(['a', 'b', 'c']);
    await pool.close();
  });

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    describe(`on ${kind}`, () => {
      const log = scratch();
      const opened: (ThreadPool | ProcessPool)[] = [];
      const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
        const pool = new Pool({ workers: 2, execArgv: fast, ...config });
        opened.push(pool);
        return pool;
      };
      let pool: ThreadPool | ProcessPool;
      before(() => {
        pool = new Pool({ workers: 2, execArgv: fast });
      });
      after(() => pool.close());
      afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())));

      it('resolves to the result of each call, whatever else runs on the pool', async () => {
        await using double = pooled(t.double, { pool });
        await using same = pooled(t.same, { pool });
        const doubled = Array.from({ length: 300 }, (_, n) => double(n));
        const kept = Array.from({ length: 300 }, (_, n) => same(String(n)));
        const run = parallel(t.double, [1, 2, 3], { pool });

        expect(await Promise.all(doubled)).to.deep.equal(Array.from({ length: 300 }, (_, n) => 2 * n));
        expect(await Promise.all(kept)).to.deep.equal(Array.from({ length: 300 }, (_, n) => String(n)));
        expect(await run).to.deep.equal([2, 4, 6]);
        expect([double.waiting, double.running]).to.deep.equal([0, 0]);
      });

      it('serves functions on two pools, each with its own arguments', async () => {
        const other = open();
        const tables = [new Map([[1, 'one']]), new Map([[1, 'uno']])];
        const [one, uno] = [
          pooled(t.read, { pool, args: [tables[0] as Map<number, string>] }),
          pooled(t.read, { pool: other, args: [tables[1] as Map<number, string>] }),
        ];
        expect(await Promise.all([one({ n: 1 }), uno({ n: 1 }), one({ n: 2 }), one({ n: 1 })])).to.deep.equal([
          'one',
          'uno',
          undefined,
          'one',
        ]);
      });

      it('tells a task the number of its call, and of its try', async () => {
        await using task = pooled(t.task, { pool });
        expect(await Promise.all([task(0), task(0), task(0)])).to.deep.equal([
          { index: 0, attempt: 1 },
          { index: 1, attempt: 1 },
          { index: 2, attempt: 1 },
        ]);
      });

      it('goes on in the async context of each call', async () => {
        const storage = new AsyncLocalStorage<number>();
        const seen: unknown[] = [];
        await using act = pooled(t.act, {
          pool,
          retry: {
            count: 1,
            delay: () => {
              seen.push(storage.getStore());
              return timer(1);
            },
          },
        });
        const contexts = [1, 2, 3, 4].map((n) =>
          storage.run(n, async () => {
            await act(n % 2 === 0 ? 'throw' : n).catch(() => undefined);
            return storage.getStore();
          }),
        );
        expect(await Promise.all(contexts)).to.deep.equal([1, 2, 3, 4]);
        expect(seen.sort()).to.deep.equal([2, 4]);
      });

      it('rejects with the error of the call, and of no other', async () => {
        await using act = pooled(t.act, { pool, crashRetries: 0 });
        const errors = await Promise.all([
          ...['throw', 'exit', 'function'].map((what) => errorOf(act(what))),
          ...['hang', 'loop'].map((what) => errorOf(act(what, { timeout: 100 }))),
        ]);
        expect(errors.map((error) => (error as Error).constructor)).to.deep.equal([
          TaskError,
          WorkerCrashError,
          TaskCloneError,
          TaskTimeoutError,
          TaskTimeoutError,
        ]);
        expect(errors.map((error) => (error as TaskError).index)).to.deep.equal([0, 1, 2, 3, 4]);
        expect((errors[0] as TaskError).cause).to.be.instanceOf(RangeError);
        expect((errors[1] as WorkerCrashError).exitCode).to.equal(7);
        expect(await Promise.all([act(1), act(2)])).to.deep.equal([1, 2]);

        await using unsendable = pooled(t.same, { pool });
        expect(await errorOf(unsendable(() => 0))).to.be.instanceOf(TaskCloneError);
        await using generator = pooled(t.countTo, { pool });
        expect(await errorOf(generator(3)))
          .to.be.instanceOf(TaskError)
          .with.property('message')
          .that.includes('pooled$');
        await using missing = pooled(tasks<{ f: (n: number) => number }>(new URL('./missing.ts', import.meta.url)).f, {
          pool,
        });
        expect(await errorOf(missing(3))).to.be.instanceOf(TaskLoadError);
      });

      it('runs a call again after a crash, or an error, as often as it may', async () => {
        await using die = pooled(t.dieUntil, { pool, crashRetries: 2 });
        expect(await Promise.all([die(2), die(3)])).to.deep.equal([2, 3]);
        expect(await errorOf(die(4)))
          .to.be.instanceOf(WorkerCrashError)
          .with.property('attempts', 3);
        await using act = pooled(t.act, { pool, retry: 2 });
        expect(await errorOf(act('throw')))
          .to.be.instanceOf(TaskError)
          .with.property('attempts', 3);
      });

      it('rejects at once on abort: a call that waits never runs, and one that runs is told', async () => {
        await using logged = pooled(t.logged, { pool: open({ workers: 1 }), args: [log.file] });
        const [one, two] = [new AbortController(), new AbortController()];
        const running = errorOf(logged(60_000, { signal: one.signal }));
        const waiting = errorOf(logged(60_000, { signal: two.signal }));
        const after = logged(1, { signal: two.signal }).catch((error: unknown) => error);
        await log.has('start');
        expect([logged.waiting, logged.running]).to.deep.equal([2, 1]);

        two.abort('not needed');
        expect(await Promise.all([waiting, after])).to.deep.equal(['not needed', 'not needed']);
        one.abort('gone');
        expect(await running).to.equal('gone');
        await log.has('aborted');
        expect(await logged(1)).to.be.a('number');
        expect(log.lines()).to.deep.equal(['start', 'aborted', 'start']);

        const aborted = AbortSignal.abort('before');
        expect(await errorOf(logged(1, { signal: aborted }))).to.equal('before');
        for (const { signal } of [one, two]) expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0);
      });

      it('leaves no listener on a signal, however its call ends', async () => {
        const { signal } = new AbortController();
        await using act = pooled(t.act, { pool, crashRetries: 0, maxQueue: 3 });
        const ends = await Promise.allSettled(
          [1, 'throw', 'exit', 'function', 2, 3].map((what) => act(what, { signal })),
        );
        expect(new Set(ends.map(({ status }) => status))).to.deep.equal(new Set(['fulfilled', 'rejected']));
        expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0);
      });

      it('refuses calls by number and by time, that a worker of others has, too', async () => {
        await using nap = pooled(t.waitFor, { pool, maxQueue: 2 });
        await nap.ready();
        const calls = [300, 300].map((ms) => nap(ms));
        await until(() => nap.running === 2);
        calls.push(nap(1), nap(1));
        const refused = await errorOf(nap(1));
        expect(refused).to.be.instanceOf(QueueFullError).with.property('waiting', 2);
        expect(await Promise.all(calls)).to.deep.equal([300, 300, 1, 1]);

        await using patient = pooled(t.waitFor, { pool, maxWait: 30 });
        const later = [1500, 1500].map((ms) => nap(ms));
        await until(() => nap.running === 2);
        const late = await errorOf(patient(1));
        expect(late).to.be.instanceOf(QueueFullError).with.property('waitedMs').that.is.within(30, 1400);
        expect(await Promise.all(later)).to.deep.equal([1500, 1500]);
      });

      it('resolves a disposal when the calls that it took have settled, and refuses those that come later', async () => {
        const nap = pooled(t.waitFor, { pool });
        const done: number[] = [];
        const calls = [40, 20, 10].map(async (ms) => done.push(await nap(ms)));
        const disposal = nap[Symbol.asyncDispose]();
        expect(await errorOf(nap(1))).to.be.instanceOf(PoolClosedError);
        await disposal;
        expect(done.sort((a, b) => a - b)).to.deep.equal([10, 20, 40]);
        await Promise.all([nap[Symbol.asyncDispose](), ...calls]);
        const unused = pooled(t.waitFor, { pool });
        await unused[Symbol.asyncDispose]();
        expect(await errorOf(unused(1))).to.be.instanceOf(PoolClosedError);
      });

      it('rejects what runs and what waits when its pool is closed', async () => {
        const own = open({ graceMs: 20 });
        const [nap, double] = [pooled(t.waitFor, { pool: own }), pooled(t.double, { pool: own })];
        await double(1);
        const calls = [60_000, 60_000, 1, 1].map((ms) => errorOf(nap(ms)));
        const others = [1, 2].map((n) => errorOf(double(n)));
        await until(() => nap.running === 2);
        await own.close();
        for (const error of await Promise.all([...calls, ...others, errorOf(double(1))]))
          expect(error).to.be.instanceOf(PoolClosedError);
      });
    });
});

function timerOf(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
