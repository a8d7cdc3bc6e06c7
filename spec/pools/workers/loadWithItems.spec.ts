import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstValueFrom, NEVER, of, asyncScheduler, toArray } from 'rxjs';
import {
  parallel,
  parallel$,
  ProcessPool,
  TaskCloneError,
  TaskLoadError,
  tasks,
  ThreadPool,
  WorkerCrashError,
  type Job,
  type Task,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import type { BatchRequest } from '../../../src/pools/wire/messages.ts';
import { toTask } from '../../../src/tasks/toTask.ts';
import { jobGate$ } from '../../../src/util/rx/jobGate.ts';
import { OPEN_GATE$ } from '../../../src/util/rx/startGate.ts';
import { recordClientCalls } from '../../support/recordClientCalls.ts';
import { errorOf } from '../../support/settle.ts';
import { until } from '../../support/until.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const slow = tasks<typeof import('../../support/slowToLoad.ts')>(
  new URL('../../support/slowToLoad.ts', import.meta.url),
);
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

const jobOf = <In, Args extends readonly unknown[]>(
  task: Task<In, unknown, Args>,
  args: Args,
  items: readonly In[],
  options: Partial<Job<In>> = {},
): Job<In> => ({
  task: toTask(task),
  args,
  first: 0,
  items,
  attempt: 1,
  timeout: undefined,
  transfer: undefined,
  gate$: jobGate$(OPEN_GATE$, { placed: () => undefined, admits: () => true }),
  flowing$: of(true),
  ended$: NEVER,
  scheduler: asyncScheduler,
  ...options,
});

describe('the message of the first items loads their task, too,', function () {
  this.timeout(60_000);

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    describe(`(${kind})`, () => {
      const opened: (ThreadPool | ProcessPool)[] = [];
      const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
        const pool = new Pool({ workers: 1, execArgv: fast, ...config });
        opened.push(pool);
        return pool;
      };
      afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.close())));

      const calls = recordClientCalls((method, about) => {
        const loads = method === 'batch' && (about as BatchRequest).open !== undefined;
        return method === 'open' || method === 'batch' ? [loads ? 'open and batch' : method] : [];
      });

      it('once in each worker and run, on two pools', async () => {
        const pools = [open(), open({ workers: 2 })];
        for (const pool of pools) {
          await pool.ready();
          calls.length = 0;
          for (const factor of [2, 3])
            expect(await parallel(slow.times, [1, 2, 3, 4], { pool, args: [factor], chunkSize: 2 })).to.deep.equal(
              [1, 2, 3, 4].map((n) => n * factor),
            );
          const loads = calls.filter((made) => made === 'open and batch').length;
          expect(calls).to.have.lengthOf(4).and.not.include('open');
          expect(loads).to.be.within(2, 2 * pool.size);
        }
      });

      it('but not where objects are moved or starts are spaced', async () => {
        const pool = open();
        const size = (bytes: Uint8Array, more: number): number => bytes.length + more;
        const items = [new Uint8Array(4), new Uint8Array(5)];
        const sizes = parallel(size, items, { pool, args: [1], transfer: ({ buffer }) => [buffer] });
        expect(await sizes).to.deep.equal([5, 6]);
        expect(await parallel(slow.times, [1, 2], { pool, args: [3], pause: 1 })).to.deep.equal([3, 6]);
        expect(calls.filter((made) => made === 'open')).to.have.lengthOf(2);
        expect(calls).to.not.include('open and batch');
      });

      it('which counts neither as work nor for a timeout', async () => {
        const pools = [open(), open()];
        await Promise.all(pools.map((pool) => pool.ready()));
        for (const pool of pools) {
          const ends = parallel(slow.times, [1, 2, 3], { pool, args: [2], timeout: 250, onError: 'return' });
          expect(await ends).to.deep.equal([2, 4, 6]);
        }
        const pool = open();
        await pool.ready();
        const job = jobOf(slow.times, [5], [1]);
        const messages = await firstValueFrom(pool.run$(job).pipe(toArray()));
        expect(messages[0]?.values).to.deep.equal([5]);
        expect(messages.at(-1)?.tookMs).to.be.within(0, 200);
        expect(pool.stats().workedMs).to.be.below(200);
      });

      it('and neither does a message, while this thread is busy, as far as it may be that of a message', async () => {
        for (const pool of [open(), open()]) {
          const run = (): Promise<readonly { tookMs?: number }[]> =>
            firstValueFrom(pool.run$(jobOf(slow.times, [2], [1, 2])).pipe(toArray()));
          await run();
          const startedAtMs = performance.now();
          const ends = run();
          // The job is sent at the latest in the second turn.
          for (let turns = 0; turns < 2; turns += 1) await new Promise(setImmediate);
          while (performance.now() - startedAtMs < 60);
          const messages = await ends;
          // At most 5 ms are those of a message: more are the time that it takes to read large results.
          const passedMs = performance.now() - startedAtMs;
          expect(messages.at(-1)?.tookMs).to.be.within(0, passedMs - 5);
        }
      });

      it('and a bootTimeout as long as a timer can be leaves it the time', async () => {
        const pools = [open({ bootTimeout: 2_147_483_647 }), open({ bootTimeout: 2_147_483_646 })];
        for (const pool of pools) {
          expect(await parallel(slow.times, [1, 2], { pool, args: [2] })).to.deep.equal([2, 4]);
          expect(pool.stats()).to.deep.include({ started: 1, stopped: 0 });
        }
      });

      it('which counts for no chunk, too, where the first worker dies of it', async () => {
        const { times } = tasks<typeof import('../../support/diesOnFirstLoad.ts')>(
          new URL('../../support/diesOnFirstLoad.ts', import.meta.url),
        );
        const mark = join(tmpdir(), `rxjs-parallel-loaded-${String(process.pid)}`);
        rmSync(mark, { force: true });
        try {
          const pool = open();
          await pool.ready();
          const messages = await firstValueFrom(pool.run$(jobOf(times, [2], [1, 2, 3])).pipe(toArray()));
          expect(messages[0]?.values).to.deep.equal([2, 4, 6]);
          expect(messages.at(-1)?.tookMs).to.be.within(0, 200);
          expect(pool.stats().started).to.equal(2);
        } finally {
          rmSync(mark, { force: true });
        }
      });

      it('and results wait for each other as ever, however long it takes', async () => {
        const pool = open();
        await pool.ready();
        const items = Array.from({ length: 100 }, (_, n) => n);
        const messages = await firstValueFrom(pool.run$(jobOf(slow.times, [2], items)).pipe(toArray()));
        expect(messages.map(({ values }) => values.length)).to.deep.equal([100]);
      });

      it('and the last result comes with the end, also that of a slow item, unless a timeout waits for it', async () => {
        for (const pool of [open(), open()]) {
          const sizes = async (items: readonly number[], options: Partial<Job<number>>): Promise<readonly number[]> => {
            const job = jobOf(slow.takeMs, [], items, options);
            const messages = await firstValueFrom(pool.run$(job).pipe(toArray()));
            return messages.map(({ values }) => values.length);
          };
          expect(await sizes([60], {})).to.deep.equal([1]);
          expect(await sizes([60, 1], {})).to.deep.equal([1, 1]);
          expect(await sizes([1, 1], { timeout: 10_000 })).to.deep.equal([1, 1, 0]);
        }
      });

      it('and an abandoned task has its timeout, although it begins before that is heard', async () => {
        const pool = open({ graceMs: 50 });
        await pool.ready();
        const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-'));
        try {
          const file = join(folder, 'begun');
          const job = jobOf(slow.neverStop, [file], [1], { timeout: 300, graceMs: Infinity });
          const subscription = pool.run$(job).subscribe();
          const next = firstValueFrom(pool.run$(jobOf(slow.times, [2], [1])).pipe(toArray()));
          await until(() => calls.includes('open and batch'));
          // The task begins while this thread hears nothing.
          while (!existsSync(file));
          subscription.unsubscribe();
          expect((await next)[0]?.values).to.deep.equal([2]);
          expect(pool.stats().stopped).to.equal(1);
        } finally {
          rmSync(folder, { recursive: true });
        }
      });

      it('and where it does not load, the run fails, and the worker runs others', async () => {
        const { never } = tasks<typeof import('../../support/throwing.ts')>(
          new URL('../../support/throwing.ts', import.meta.url),
        );
        const pool = open();
        for (let run = 0; run < 2; run += 1) {
          const error = await errorOf(parallel(never, [1, 2], { pool, args: [1] as never, onError: 'skip' }));
          expect(error).to.be.instanceOf(TaskLoadError);
          expect((error as Error).cause).to.be.instanceOf(RangeError);
          expect(await parallel(slow.times, [1, 2], { pool, args: [2] })).to.deep.equal([2, 4]);
        }
        expect(pool.stats()).to.deep.include({ started: 1, crashed: 0, stopped: 0 });
      });

      it('and arguments or items that cannot be sent are told apart', async () => {
        const pool = open();
        const unsendable = (): undefined => undefined;
        const add = (n: unknown, more: unknown): string => `${typeof n} ${typeof more}`;
        const error = await errorOf(parallel(add, [1, 2], { pool, args: [unsendable], onError: 'return' }));
        expect(error).to.be.instanceOf(TaskCloneError).with.property('message').that.includes('the args of task add');
        const [first, second] = await parallel(add, [unsendable, 2], { pool, args: [1], onError: 'return' });
        expect(first).to.be.instanceOf(TaskCloneError).with.property('message').that.includes('item 0');
        expect(second).to.equal('number number');
        expect(pool.stats()).to.deep.include({ started: 1, crashed: 0, stopped: 0 });
      });

      it('and an item that ends its worker right after that runs no second time without crashRetries', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-'));
        try {
          const file = join(folder, 'runs');
          const pool = open({ workers: 2 });
          await pool.ready();
          const ends = await parallel(slow.die, [1, 2], {
            pool,
            args: [file],
            chunkSize: 1,
            crashRetries: 0,
            onError: 'return',
          });
          for (const end of ends) expect(end).to.be.instanceOf(WorkerCrashError);
          expect(readFileSync(file, 'utf8').trim().split('\n').sort()).to.deep.equal(['1', '2']);
        } finally {
          rmSync(folder, { recursive: true });
        }
      });

      it('and is not charged for a worker that dies while it loads the task', async () => {
        const { never } = tasks<typeof import('../../support/exiting.ts')>(
          new URL('../../support/exiting.ts', import.meta.url),
        );
        const error = await errorOf(
          parallel(never, [1, 2], { pool: open(), args: [1] as never, crashRetries: 0, onError: 'skip' }),
        );
        expect(error)
          .to.be.instanceOf(WorkerCrashError)
          .with.property('message')
          .that.includes('while it loaded task never: exit code 9');
      });

      it('and a run that is left meanwhile leaves its worker to the next one', async () => {
        const pool = open();
        await pool.ready();
        for (let run = 0; run < 2; run += 1) {
          parallel$(slow.times, [1, 2], { pool, args: [run] })
            .subscribe()
            .unsubscribe();
          expect(await parallel(slow.times, [1, 2], { pool, args: [10] })).to.deep.equal([10, 20]);
        }
        expect(pool.stats()).to.deep.include({ started: 1, stopped: 0 });
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
      });
    });
});
