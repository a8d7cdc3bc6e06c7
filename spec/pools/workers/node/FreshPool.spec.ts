import { appendFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { config, lastValueFrom, take, toArray } from 'rxjs';
import {
  runProcs$,
  startProc$,
  startThread$,
  TaskError,
  TaskLoadError,
  tasks,
  threaded$,
  WorkerCrashError,
  type Started,
} from '../../../../src/index.ts';
import { pace } from '../../../support/pace.ts';
import { record } from '../../../support/record.ts';
import { scratch } from '../../../support/scratch.ts';
import { until } from '../../../support/until.ts';
import { errorOf } from '../../../support/settle.ts';

const t = tasks<typeof import('../../../support/tasks.ts')>(new URL('../../../support/tasks.ts', import.meta.url));
const alone = tasks<typeof import('../../../support/ownWorkerTasks.ts')>(
  new URL('../../../support/ownWorkerTasks.ts', import.meta.url),
);
const throwing = tasks<typeof import('../../../support/throwing.ts')>(
  new URL('../../../support/throwing.ts', import.meta.url),
);
const kinds = { thread: startThread$, process: startProc$ };

/** Far from the 5 s for which an idle worker stays, and from what a busy machine delays its end. */
const SOON_MS = 2500;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a worker for each job', function () {
  this.timeout(60_000);
  const log = scratch();
  const count = (line: string): number => log.lines().filter((other) => other === line).length;
  const pids = (): number[] =>
    log.lines().flatMap((line) => (line.startsWith('pid ') ? [Number(line.slice('pid '.length))] : []));
  const here = async (workers: number): Promise<void> => {
    await until(() => count('here') >= workers);
  };

  // Processes have the flags of this one, and its loader of TypeScript takes longest to start.
  const { execArgv } = process;
  before(() => {
    process.execArgv = [
      '--enable-source-maps',
      '--import',
      new URL('../../../support/register.js', import.meta.url).href,
    ];
  });
  after(() => {
    process.execArgv = execArgv;
  });

  const threads: Worker[] = [];
  const note = (thread: Worker): unknown => threads.push(thread);
  beforeEach(() => process.on('worker', note));
  afterEach(() => {
    process.off('worker', note);
    threads.length = 0;
  });
  const processes = (): readonly number[] => pids().filter((pid) => pid !== process.pid);
  /** The threads and processes of this test that are still there. */
  const left = (): readonly unknown[] => [
    ...threads.filter(({ threadId }) => threadId !== -1),
    ...processes().filter(isAlive),
  ];
  const allGone = async (kind: 'thread' | 'process', workers: number): Promise<void> => {
    const startedAtMs = performance.now();
    await until(() => left().length === 0);
    expect(performance.now() - startedAtMs).to.be.below(SOON_MS * pace());
    expect([threads.length, processes().length]).to.deep.equal(kind === 'thread' ? [workers, 0] : [0, workers]);
  };

  const unhandled: unknown[] = [];
  beforeEach(() => {
    config.onUnhandledError = (error) => unhandled.push(error);
  });
  afterEach(() => {
    config.onUnhandledError = null;
    unhandled.length = 0;
  });

  describe('runProcs$', () => {
    it('runs each item in a process of its own, all at once whatever the cores, and completes when all have exited', async () => {
      const parties = availableParallelism() + 2;
      const items = Array<readonly [string, number]>(parties).fill([log.file, parties]);
      const met = await lastValueFrom(runProcs$(alone.meet, items).pipe(toArray()));
      expect(left()).to.deep.equal([]);
      expect(met.map(([index]) => index).sort()).to.deep.equal([...items.keys()]);
      expect(new Set([...met.map(([, pid]) => pid), process.pid]).size).to.equal(parties + 1);
    });

    it('has no more processes at a time than workers says', async () => {
      const items = Array<readonly [string, number]>(4).fill([log.file, Infinity]);
      const run = lastValueFrom(runProcs$(alone.meet, items, { workers: 2 }).pipe(toArray()));
      await here(2);
      // Another process that is started now, and has come and gone, gives a third the time to come.
      await lastValueFrom(threaded$(t.double, { process: true })(1));
      expect(count('here')).to.equal(2);

      appendFileSync(log.file, 'go\n');
      expect((await run).map(([index]) => index).sort()).to.deep.equal([0, 1, 2, 3]);
      let alive = 0;
      const atOnce = log.lines().map((line) => (alive += { here: 1, left: -1 }[line] ?? 0));
      expect(Math.max(...atOnce)).to.equal(2);
      expect([count('here'), count('left')]).to.deep.equal([4, 4]);
    });

    for (const [how, ErrorClass, details] of [
      ['throw', TaskError, {}],
      ['exit', WorkerCrashError, { exitCode: 7 }],
    ] as const)
      it(`fails with the first error, and ends the other processes, whatever they do: ${how}`, async () => {
        const items = ['stay', how, 'loop'].map((act) => [act, log.file] as const);
        const error = await errorOf(lastValueFrom(runProcs$(alone.stayOrEnd, items)));
        expect(error)
          .to.be.instanceOf(ErrorClass)
          .and.include({ index: 1, ...details });
        await allGone('process', 3);
      });

    it('ends the processes when nobody wants more, whatever they do', async () => {
      const items = ['stay', 'end', 'loop'].map((act) => [act, log.file] as const);
      expect(await lastValueFrom(runProcs$(alone.stayOrEnd, items).pipe(take(1)))).to.deep.equal([1, 'end']);
      await allGone('process', 3);
    });
  });

  for (const kind of ['thread', 'process'] as const) {
    const inPlace = { process: kind === 'process' };

    describe(`threaded$ (${kind})`, () => {
      it('starts on subscription, each time anew, and completes when its worker has exited', async () => {
        const end$ = threaded$(alone.end, inPlace)('end', log.file);
        expect(log.lines()).to.deep.equal([]);
        for (const runs of [1, 2]) {
          expect(await lastValueFrom(end$)).to.equal('end');
          expect(left()).to.deep.equal([]);
          expect([threads.length, new Set([...pids(), process.pid]).size]).to.deep.equal(
            kind === 'thread' ? [runs, 1] : [0, runs + 1],
          );
        }
      });

      it('calls a function with no more arguments than it is given', async () => {
        const count$ = threaded$((...all: readonly number[]) => all.length, inPlace);
        expect([await lastValueFrom(count$()), await lastValueFrom(count$(1, 2))]).to.deep.equal([0, 2]);
      });

      it('fails with what the function has thrown, and ends its worker', async () => {
        const error = await errorOf(lastValueFrom(threaded$(alone.end, inPlace)('throw', log.file)));
        expect(error).to.be.instanceOf(TaskError).with.nested.property('cause.message', 'thrown on demand');
        expect((error as TaskError).cause).to.be.instanceOf(RangeError);
        await allGone(kind, 1);
      });

      it('fails where the function cannot be loaded, when its worker has exited', async () => {
        const error = await errorOf(lastValueFrom(threaded$(throwing.never, inPlace)(1)));
        expect(left()).to.deep.equal([]);
        expect(error).to.be.instanceOf(TaskLoadError);
      });

      it('fails where its worker dies', async () => {
        const error = await errorOf(lastValueFrom(threaded$(alone.end, inPlace)('exit', log.file)));
        expect(error).to.be.instanceOf(WorkerCrashError).and.include({ exitCode: 7 });
        expect(left()).to.deep.equal([]);
      });

      if (kind === 'process')
        it('fails where its worker is killed', async () => {
          const error = await errorOf(lastValueFrom(threaded$(alone.end, inPlace)('kill', log.file)));
          expect(error).to.be.instanceOf(WorkerCrashError).and.include({ signal: 'SIGKILL' });
          expect(left()).to.deep.equal([]);
        });

      it('tells the function when it is unsubscribed from, and ends its worker', async () => {
        const run = record(threaded$(alone.stay, inPlace)(log.file));
        await here(1);
        expect(left().length).to.equal(1);
        run.subscription.unsubscribe();
        await allGone(kind, 1);
        expect(count('told')).to.equal(1);
        expect(run).to.deep.include({ values: [], errors: [], completions: 0 });
      });

      it('ends its worker also where the function does not listen', async () => {
        const { subscription } = record(threaded$(alone.loop, inPlace)(log.file));
        await here(1);
        subscription.unsubscribe();
        await allGone(kind, 1);
      });

      it('ends its worker also while that boots', async () => {
        record(threaded$(alone.stay, inPlace)(log.file)).subscription.unsubscribe();
        // One that is started now would come after it.
        expect(await lastValueFrom(threaded$(t.double, inPlace)(4))).to.equal(8);
        expect(log.lines()).to.deep.equal([]);
        if (kind === 'thread') await allGone(kind, 2);
      });
    });

    const start = kinds[kind];

    describe(`start${kind === 'thread' ? 'Thread' : 'Proc'}$`, () => {
      const outcome = ({ result, settled }: Started<unknown>): unknown => ({ result, settled });
      /** Lets RxJS report what it has to. */
      const reported = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));

      it('tells of a failure that nobody has subscribed to', async () => {
        const told = new Promise((resolve) => {
          config.onUnhandledError = resolve;
        });
        const started = start(alone.end, 'throw', log.file);
        expect(outcome(started)).to.deep.equal({ result: undefined, settled: false });
        expect(await told)
          .to.be.instanceOf(TaskError)
          .with.nested.property('cause.message', 'thrown on demand');
        expect(outcome(started)).to.deep.equal({ result: undefined, settled: true });
        expect(await errorOf(lastValueFrom(started))).to.equal(await told);
        await allGone(kind, 1);
      });

      it('fails with what the function has thrown, and tells nobody else', async () => {
        const started = start(alone.end, 'throw', log.file);
        const error = await errorOf(lastValueFrom(started));
        expect(error).to.be.instanceOf(TaskError).with.nested.property('cause.message', 'thrown on demand');
        expect(outcome(started)).to.deep.equal({ result: undefined, settled: true });
        await reported();
        expect(unhandled).to.deep.equal([]);
        await allGone(kind, 1);
      });

      it('fails where its worker dies', async () => {
        const started = start(alone.end, 'exit', log.file);
        const error = await errorOf(lastValueFrom(started));
        expect(error).to.be.instanceOf(WorkerCrashError).and.include({ exitCode: 7 });
        expect(outcome(started)).to.deep.equal({ result: undefined, settled: true });
        expect(left()).to.deep.equal([]);
      });

      it('goes on without subscribers, and can be cancelled, which the function is told', async () => {
        const started = start(alone.stay, log.file);
        started.subscribe().unsubscribe();
        const run = record(started);
        await here(1);
        expect(outcome(started)).to.deep.equal({ result: undefined, settled: false });
        started.cancel();
        expect(outcome(started)).to.deep.equal({ result: undefined, settled: true });
        expect(run).to.deep.include({ values: [], errors: [], completions: 1 });
        await allGone(kind, 1);
        expect(count('told')).to.equal(1);
        await reported();
        expect(unhandled).to.deep.equal([]);
      });
    });
  }
});
