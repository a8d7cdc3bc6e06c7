import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import {
  ParallelError,
  pooled,
  PoolClosedError,
  ProcessPool,
  QueueFullError,
  TaskCloneError,
  TaskError,
  tasks,
  TaskTimeoutError,
  ThreadPool,
  WorkerCrashError,
} from '../../src/index.ts';

const t = tasks<typeof import('../support/tasks.ts')>(new URL('../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

/** What a call may come to, besides its result, by what its task does. */
const MAY_FAIL: Readonly<Record<string, readonly unknown[]>> = {
  throw: [TaskError],
  exit: [WorkerCrashError],
  uncaught: [WorkerCrashError],
  floating: [WorkerCrashError],
  function: [TaskCloneError],
  hang: [TaskTimeoutError],
  loop: [TaskTimeoutError],
};
/** The calls on each of the pools, which are closed one after the other. */
const CALLS = 2500;
const POOLS = 4;
const DEADLY = ['exit', 'uncaught', 'floating', 'hang', 'loop'];

/** Numbers that look random, the same each time. */
function* chances(seed: number): Generator<number, never> {
  for (let state = seed; ; state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) yield state / 2_147_483_648;
}

for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
  describe(`many random calls on ${kind}`, function () {
    this.timeout(180_000);

    const random = chances(kind.length);
    const chance = (): number => random.next().value;
    const drainOne = async (): Promise<void> => {
      const pool = new Pool({ workers: 2, execArgv: fast, graceMs: 50 });
      const functions = [
        pooled(t.act, { pool, crashRetries: 0, maxQueue: 15, maxWait: 500 }),
        pooled(t.act, { pool, crashRetries: 1, retry: 1, graceMs: Infinity, priority: 1 }),
      ];
      await Promise.all(functions.map((each) => each.ready()));
      const wrong: unknown[] = [];
      const signals: AbortSignal[] = [];
      const drainsAt = CALLS - Math.floor(200 * chance());
      let closed: Promise<void> | undefined;
      let settled = 0;
      let refused = 0;

      const one = async (n: number): Promise<void> => {
        const fn = functions[n % 2] as (typeof functions)[number];
        const roll = chance();
        const what =
          roll < 0.006
            ? (DEADLY[n % DEADLY.length] as string)
            : roll < 0.05
              ? (['throw', 'function'][n % 2] as string)
              : n;
        const controller = new AbortController();
        const aborts = chance() < 0.2;
        if (aborts)
          setTimeout(() => {
            controller.abort('aborted');
          }, 4 * chance());
        signals.push(controller.signal);
        if (n === drainsAt) closed = pool.close({ drainMs: 60_000 });
        const isLate = closed !== undefined;
        try {
          const result = await fn(what, {
            signal: controller.signal,
            timeout: ['hang', 'loop'].includes(String(what)) ? 100 : 20_000,
            ...(chance() < 0.1 ? { priority: 2 } : {}),
          });
          if (result !== what) wrong.push([what, result]);
        } catch (error) {
          if (isLate && error instanceof PoolClosedError) refused += 1;
          const allowed =
            error instanceof PoolClosedError
              ? isLate
              : error === 'aborted'
                ? aborts
                : error instanceof QueueFullError
                  ? n % 2 === 0
                  : isAllowed(what, error);
          if (!allowed) wrong.push([what, error]);
        }
        settled += 1;
      };
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < CALLS) await one((next += 1));
      };
      await Promise.all(Array.from({ length: 24 }, lane));

      expect(wrong).to.deep.equal([]);
      expect(settled).to.equal(CALLS);
      expect(refused).to.equal(CALLS - drainsAt + 1);
      for (const signal of signals) expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0);
      await Promise.all(functions.map((each) => each[Symbol.asyncDispose]()));
      expect(functions.map(({ waiting, running }) => [waiting, running])).to.deep.equal([
        [0, 0],
        [0, 0],
      ]);
      await closed;
      expect(pool.stats()).to.deep.include({ size: 2, waiting: 0, running: 0 });
    };

    it('settle once each, as their tasks and their signals say, also while their pool drains, and leave nothing behind', async () => {
      for (let n = 0; n < POOLS; n += 1) await drainOne();
    });

    it('settle when the pool is closed in the midst of them', async () => {
      const pool = new Pool({ workers: 2, execArgv: fast, graceMs: 20 });
      const act = pooled(t.act, { pool });
      await act.ready();
      const calls = Array.from({ length: 400 }, (_, n) => act(n % 50 === 0 ? 'hang' : n));
      const ends = Promise.allSettled(calls);
      await pool.close();
      const reasons = (await ends).flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
      expect(reasons.filter((reason) => !(reason instanceof PoolClosedError))).to.deep.equal([]);
      expect(reasons.length).to.be.above(1);
    });
  });

function isAllowed(what: unknown, error: unknown): boolean {
  return (MAY_FAIL[String(what)] ?? []).includes((error as ParallelError).constructor);
}
