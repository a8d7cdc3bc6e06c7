import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { from, lastValueFrom, NEVER, ReplaySubject, Subject, toArray } from 'rxjs';
import {
  LocalPool,
  parallel,
  parallel$,
  ParallelError,
  parallelGen,
  parallelMap,
  PoolClosedError,
  ProcessPool,
  TaskCloneError,
  TaskLoadError,
  tasks,
  ThreadPool,
  WorkerCrashError,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import { captureStderr } from '../../support/captureStderr.ts';
import { record } from '../../support/record.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };
const returning = { onError: 'return' } as const;
const throwing = (): never => {
  throw new RangeError('each time');
};

for (const kind of ['thread', 'process'] as const)
  describe(`tasks that make trouble (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    const opened: (ThreadPool | ProcessPool)[] = [];
    const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
      const pool = new kinds[kind]({ workers: 1, execArgv: fast, ...config });
      opened.push(pool);
      return pool;
    };
    afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.close())));

    it('by messages with numbers get their own results all the same', async () => {
      const pool = open();
      for (let run = 0; run < 5; run += 1) {
        const items = Array.from({ length: 20 }, (_, n) => 20 * run + n);
        const pairs = await lastValueFrom(parallel$(t.tellNumbered, items, { pool, ordered: true }).pipe(toArray()));
        expect(pairs).to.deep.equal(items.map((n, index) => [index, `result of ${String(n)}`]));
      }
    });

    it('by events of their own are not heard', async () => {
      expect(await parallel(t.emitOdd, [1, 2, 3, 4], { pool: open(), chunkSize: 4 })).to.deep.equal([1, 2, 3, 4]);
    });

    if (kind === 'thread')
      it('by a death without an exit report do not get an item again of which something was moved', async () => {
        const transfer = (bytes: ArrayBuffer): readonly Transferable[] => [bytes];
        const config = { pool: open(), transfer, args: [log.file] as const, ...returning };
        const [dead] = await parallel(t.dieSilently, [new ArrayBuffer(8)], config);
        expect(dead).to.be.instanceOf(WorkerCrashError).and.include({ index: 0, attempts: 1, exitCode: 7 });
        expect(log.lines()).to.deep.equal(['8']);
      });

    it('by a loop that they leave behind do not hold up the next run', async () => {
      const pool = open();
      await parallel(t.leaveLoop, [1], { pool });
      await sleep(50);
      expect(await parallel(t.double, [1, 2], { pool })).to.deep.equal([2, 4]);
    });

    it('by holding up their worker when they have ended lose nothing of another run', async () => {
      const pool = open();
      const source$ = new Subject<number>();
      const run = record(source$.pipe(parallelMap(t.loopOrCount, { pool })));
      source$.next(1);
      while (run.values.length === 0) await sleep(1);
      const other = parallel(t.double, [1], { pool });
      source$.next(-100);
      // It is sent together with the news that the other run is over, and is read with it.
      source$.next(20);
      source$.complete();
      await other;
      while (run.completions + run.errors.length === 0) await sleep(1);
      const yields = Array.from({ length: 20 }, (_, n) => [2, n]);
      expect(run).to.deep.include({ values: [[0, 0], [1, 100], ...yields], errors: [] });
    });

    describe('by a long output', () => {
      const heard = captureStderr();

      it('lose none of it when they exit', async () => {
        const [dead] = await parallel(t.printAndExit, [2000], { pool: open(), crashRetries: 0, ...returning });
        expect(dead)
          .to.be.instanceOf(WorkerCrashError)
          .with.property('stderr')
          .that.matches(/line 1999 \.+\nthe last line\n$/);
        expect(heard().match(/^line /gm)).to.have.lengthOf(2000);
      });
    });

    it('by a slow end after what they cannot yield take their own time, and not that of the next', async () => {
      const all = await parallel(t.yieldBadly, [0, 600, 0, 0], {
        pool: open(),
        chunkSize: 4,
        timeout: 300,
        ...returning,
      });
      expect(all[1]).to.be.instanceOf(ParallelError).and.include({ index: 1 });
      expect([all[0], all[2], all[3]]).to.deep.equal([0, 0, 0]);
      const [bad, good] = await parallel(t.yieldBadly, [50, 0], { pool: open(), chunkSize: 2, ...returning });
      expect([bad, good]).to.satisfy(([, n]: unknown[]) => bad instanceof TaskCloneError && n === 0);
    });

    it('are told to stop, and not those that have settled before', async () => {
      const pool = open();
      const config = { pool, args: [log.file] as const, chunkSize: 4, timeout: 300, ...returning };
      await parallel(t.noteAbort, [0, 1, 2, 3], config);
      expect(log.lines()).to.deep.equal(['3']);
    });

    it('by a crash are not said to have said what others have', async () => {
      const config = { pool: open(), chunkSize: 1, crashRetries: 0, ...returning };
      const [, dead] = await parallel(t.complain, [0, 1], config);
      expect(dead).to.be.instanceOf(WorkerCrashError);
      expect((dead as WorkerCrashError).message).to.match(/exit code 7$/);
      expect((dead as WorkerCrashError).stderr).to.include('of item 0');
    });

    it('by an initializer that does not end are told of it, by its name', async () => {
      const error = await errorOf(
        parallel(t.double, [1], { pool: open({ initializer: t.forever, bootTimeout: 1500 }) }),
      );
      expect(error)
        .to.be.instanceOf(TaskLoadError)
        .with.property('message')
        .that.includes('worker.cjs) and its initializer forever did not boot within the bootTimeout of 1500 ms');
    });

    it('by an initializer that throws are told why', async () => {
      const error = await errorOf(parallel(t.double, [1], { pool: open({ initializer: t.failToInitialize }) }));
      expect(error).to.be.instanceOf(TaskLoadError).with.property('message', 'the initializer threw: not today');
    });

    it('by what is sent as text, and is made ready with what it does not see, are told what to do', async () => {
      const model = { name: 'model' };
      const initializer = (): string => model.name;
      class Reader {
        readonly name = model.name;
        *process(batch: readonly number[]): Generator<number> {
          yield* batch;
        }
      }
      const notInitialized = await errorOf(parallel(t.double, [1], { pool: open({ initializer }) }));
      const notMade = await errorOf(lastValueFrom(from([1]).pipe(parallelGen(Reader, { pool: open() }))));

      expect(notInitialized)
        .to.be.instanceOf(TaskLoadError)
        .with.property('message')
        .that.matches(
          /^the initializer threw: model is not defined in the worker: .* Either export the task .*, in CommonJS tasks\(join\(__dirname, 'x\.js'\)\), or, if model is data, take it as a parameter and pass it in `initArgs`$/,
        );
      expect(notMade)
        .to.be.instanceOf(TaskLoadError)
        .with.property('message')
        .that.matches(
          /^task Reader could not be made ready: model is not .* Either export .*, in CommonJS tasks\(join\(__dirname, 'x\.js'\)\), or, if model is data, take it as a parameter and pass it in `args`$/,
        );
    });

    it('start no item after close, should its worker still have to boot', async () => {
      const pool = open({ initializer: t.bootSlowly, initArgs: [log.file], graceMs: 2000 });
      const run = errorOf(parallel(t.noteAndDie, [1], { pool, args: [log.file] }));
      await log.has('boot');
      await pool.close();
      expect(await run).to.be.instanceOf(PoolClosedError);
      expect(log.lines()).to.deep.equal(['boot']);
    });

    it('start no item after close, should it still wait for its pause', async () => {
      const pool = open({ graceMs: 1000 });
      const run = record(parallel$(t.noteAndDie, [1, 2], { pool, pause: 300, args: [log.file] }));
      while (run.values.length === 0) await sleep(1);
      await pool.close();
      expect(run.errors[0]).to.be.instanceOf(PoolClosedError);
      expect(log.lines()).to.deep.equal(['1']);
    });

    if (kind === 'process')
      it('are not blamed for a worker that was killed before they were sent', async () => {
        const pool = open();
        const [pid] = await parallel(() => process.pid, [0], { pool });
        const source$ = new Subject<number>();
        const run = record(source$.pipe(parallelMap(t.double, { pool, pause: 200, crashRetries: 0 })));
        source$.next(1);
        source$.next(2);
        source$.complete();
        while (run.values.length === 0) await sleep(1);
        if (pid === undefined) throw new Error('no process has answered');
        process.kill(pid, 'SIGKILL');
        while (run.completions + run.errors.length === 0) await sleep(1);
        expect(run).to.deep.include({
          values: [
            [0, 2],
            [1, 4],
          ],
          errors: [],
        });
      });
  });

for (const [name, open] of Object.entries({
  threads: () => new ThreadPool({ workers: 1, execArgv: fast }),
  'no workers': () => new ThreadPool({ workers: 0 }),
  'this thread': () => new LocalPool(),
}))
  describe(`close, of a pool of ${name}`, function () {
    this.timeout(60_000);

    it('fails a run that waits to try again', async () => {
      const pool = open();
      const failed = new ReplaySubject<void>(1);
      const retry = { count: 1, delay: () => (failed.next(), NEVER) };
      const run = errorOf(parallel(throwing, [0], { pool, retry, onError: 'skip' }));
      await new Promise<void>((resolve) => failed.subscribe(resolve));
      await pool.close();
      expect(await run).to.be.instanceOf(PoolClosedError);
    });

    it('fails a run whose source says nothing', async () => {
      const pool = open();
      const run = record(NEVER.pipe(parallelMap((n: number) => n, { pool })));
      await pool.close();
      expect(run.errors).to.have.lengthOf(1);
      expect(run.errors[0]).to.be.instanceOf(PoolClosedError);
    });
  });
