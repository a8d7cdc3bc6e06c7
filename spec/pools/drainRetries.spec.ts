import { expect } from 'chai';
import { catchError, EMPTY, firstValueFrom, mergeMap, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import {
  LocalPool,
  pooled,
  pooled$,
  PoolClosedError,
  TaskError,
  tasks,
  ThreadPool,
  type Pool,
} from '../../src/index.ts';
import { QueuePool, serveTasks } from '../../src/bullmq.ts';
import { MemoryEngine } from '../../src/testing.ts';
import { marbles } from '../support/marbles.ts';
import { errorOf } from '../support/settle.ts';
import { until } from '../support/until.ts';
import { letterPool } from '../support/virtual.ts';

const url = new URL('../support/tasks.ts', import.meta.url);
const t = tasks<typeof import('../support/tasks.ts')>(url);
const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

// A pool with a pause, and one that somebody wraps, run each call as a job.
const POOLS: Readonly<Record<string, () => Pool | Promise<Pool>>> = {
  'this thread': () => new LocalPool({ workers: 2 }),
  'this thread, where somebody wraps it': () => {
    const pool = new LocalPool({ workers: 1 });
    const { size, closed$, draining$ } = pool;
    return { size, closed$, draining$, run$: (job) => pool.run$(job), close: (config) => pool.close(config) };
  },
  threads: () => new ThreadPool({ workers: 1, execArgv: fast, graceMs: 20 }),
  'threads with a pause': () => new ThreadPool({ workers: 1, pause: 1, execArgv: fast, graceMs: 20 }),
  machines: machinePool,
};

describe('a drain, and the calls that are tried again', function () {
  this.timeout(60_000);

  for (const [name, make] of Object.entries(POOLS))
    describe(`on ${name}`, () => {
      /** Functions of two pools whose calls wait for `go$` before each further attempt. */
      const fixture = async (): Promise<{
        pools: readonly Pool[];
        retried: readonly ReturnType<typeof pooled<number, number, []>>[];
        delays: () => number;
        go$: Subject<number>;
      }> => {
        const pools = [await make(), ...(name.startsWith('threads') ? [] : [await make()])];
        const go$ = new Subject<number>();
        let delays = 0;
        const retry = {
          count: 2,
          delay: () => {
            delays += 1;
            return go$;
          },
        };
        const retried = pools.flatMap((pool) => [
          pooled(t.throwUntil, { pool, retry }),
          pooled(t.throwUntil, { pool, retry, priority: 1 }),
        ]);
        return { pools, retried, delays: () => delays, go$ };
      };

      it('waits for those whose delay has begun, and for those that fail meanwhile', async () => {
        const { pools, retried, delays, go$ } = await fixture();
        const calls = retried.flatMap((call) => [call(3), call(3), call(2)]);
        await until(() => delays() === calls.length);
        let closed = 0;
        const closing = pools.map((pool) => pool.close({ drainMs: Infinity }).then(() => (closed += 1)));
        for (const call of retried) expect(await errorOf(call(1))).to.be.instanceOf(PoolClosedError);
        go$.next(0);
        await until(() => delays() === calls.length + 2 * retried.length);
        expect(closed).to.equal(0);
        go$.next(0);
        expect(await Promise.all(calls)).to.deep.equal(retried.flatMap(() => [3, 3, 2]));
        await Promise.all(closing);
      });

      it('ends when they are aborted, and when their delay fails', async () => {
        const { pools, retried, delays, go$ } = await fixture();
        const controller = new AbortController();
        const calls = retried.map((call, at) => errorOf(call(3, at % 2 === 0 ? { signal: controller.signal } : {})));
        await until(() => delays() === calls.length);
        const closing = pools.map((pool) => pool.close({ drainMs: Infinity }));
        controller.abort('gone');
        go$.error(new Error('no delay'));
        await Promise.all(closing);
        const errors = await Promise.all(calls);
        for (const [at, error] of errors.entries())
          if (at % 2 === 0) expect(error).to.equal('gone');
          else expect(error).to.be.instanceOf(TaskError);
      });

      it('fails them when it is over', async () => {
        const pools = [await make(), await make()];
        let delays = 0;
        const delay = (): Observable<never> => {
          delays += 1;
          return NEVER;
        };
        const calls = pools.map((pool) => errorOf(pooled(t.throwUntil, { pool, retry: { count: 1, delay } })(2)));
        await until(() => delays === 2);
        await Promise.all(pools.map((pool) => pool.close({ drainMs: 20 })));
        for (const error of await Promise.all(calls)) expect(error).to.be.instanceOf(PoolClosedError);
      });

      if (!name.startsWith('threads')) return;
      it('runs those whose worker dies meanwhile again', async () => {
        const pool = await make();
        const [nap, die, other] = [
          pooled(t.waitFor, { pool }),
          pooled(t.dieUntil, { pool }),
          pooled(t.dieUntil, { pool, priority: -1 }),
        ];
        const calls = [nap(1), die(2), other(1)];
        await pool.close({ drainMs: Infinity });
        expect(await Promise.all(calls)).to.deep.equal([1, 2, 1]);
      });
    });

  it(
    'waits for their delay in virtual time, to the frame',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pools = [letterPool(1, { b: 3 }), letterPool(1, { b: 3 })];
      for (const pool of pools) {
        const tried = new Set<string>();
        const flaky = (letter: string): string => {
          if (letter !== 'b' && !tried.has(letter)) {
            tried.add(letter);
            throw new RangeError('once');
          }
          return letter.toUpperCase();
        };
        const flaky$ = pooled$(flaky, { pool, retry: { count: 1, delay: 6 } });
        hot('----x').subscribe(() => void pool.close({ drainMs: Infinity }));
        const calls$ = hot('-abc-d|').pipe(
          mergeMap((letter) =>
            flaky$(letter).pipe(catchError((error: unknown) => of(error instanceof PoolClosedError ? 'x' : 'y'))),
          ),
        );
        expectObservable(calls$).toBe('-----(xB)A---(C|)');
        expectSubscriptions(pool.runs).toBe(['-^!', '--^--!', '-----^!', '--------^!', '------------^!']);
      }
    }),
  );

  it('ends their delay on a pool of somebody else that cannot be held', async () => {
    for (const count of [1, 2]) {
      const inner = new LocalPool({ workers: 2 });
      const draining$ = new Subject<undefined>();
      const pool: Pool = {
        size: 2,
        draining$,
        run$: (job) => inner.run$(job),
        close: async (config) => {
          draining$.next(undefined);
          await inner.close(config);
        },
      };
      let delays = 0;
      const delay = (): Observable<never> => {
        delays += 1;
        return NEVER;
      };
      const call = pooled(t.throwUntil, { pool, retry: { count, delay } });
      const calls = [call(2), call(2)];
      await until(() => delays === 2);
      const closing = pool.close({ drainMs: Infinity });
      expect(await Promise.all(calls)).to.deep.equal([2, 2]);
      await closing;
    }
  });

  it('tells of a delay that completes without a value, and of one that fails at once', async () => {
    for (const delay of [() => EMPTY, () => throwError(() => new Error('never'))]) {
      const pool = new LocalPool({ workers: 1 });
      const call$ = pooled$(t.throwUntil, { pool, retry: { count: 1, delay } });
      const error = errorOf(firstValueFrom(call$(2)));
      await pool.close({ drainMs: Infinity });
      expect(await error).to.be.instanceOf(TaskError);
    }
  });
});

/** A pool of one machine with two workers, which is closed with it. */
async function machinePool(): Promise<Pool> {
  const both = { engine: new MemoryEngine(), modules: { tasks: url }, graceMs: 20 };
  const server = await serveTasks({ ...both, ahead: 0, pool: new LocalPool({ workers: 2 }) });
  const pool = await QueuePool.connect(both);
  const close = pool.close.bind(pool);
  pool.close = async (config) => {
    await close(config);
    await server.close({ graceMs: 0 });
  };
  return pool;
}
