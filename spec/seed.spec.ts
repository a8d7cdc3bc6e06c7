import { expect } from 'chai';
import { firstValueFrom, from, lastValueFrom, range, take, tap, toArray } from 'rxjs';
import {
  bgTask,
  parallel,
  parallel$,
  parallelAsync,
  parallelGen,
  ProcessPool,
  startProc$,
  startThread$,
  TaskError,
  tasks,
  threaded$,
  ThreadPool,
  type Pool,
} from '../src/index.ts';
import { scratch } from './support/scratch.ts';

const t = tasks<typeof import('./support/seedTasks.ts')>(new URL('./support/seedTasks.ts', import.meta.url));
const numbers = (n: number): number[] => [...Array(n).keys()];

/** The examples of the documentation of the original, each against every place where tasks can run. */
describe('the examples of the seed', function () {
  this.timeout(60_000);
  const log = scratch();

  describe('threaded', () => {
    // The first waits for longer than in the original, since machines stall for more than its 40 ms.
    const first = ['first', 10, undefined] as const;
    const second = ['second', 250, 5] as const;
    const starts = {
      'threaded$ in threads': (...[word, ms, result]: readonly [string, number, number | undefined]) =>
        threaded$(t.logLater)(log.file, 2, ms, word, result ?? 0),
      'threaded$ in processes': (...[word, ms, result]: readonly [string, number, number | undefined]) =>
        threaded$(t.logLater, { process: true })(log.file, 2, ms, word, result ?? 0),
      startThread$: (...[word, ms, result]: readonly [string, number, number | undefined]) =>
        startThread$(t.logLater, log.file, 2, ms, word, result ?? 0),
      startProc$: (...[word, ms, result]: readonly [string, number, number | undefined]) =>
        startProc$(t.logLater, log.file, 2, ms, word, result ?? 0),
    };

    for (const [name, start] of Object.entries(starts))
      it(`runs both at once: ${name}`, async () => {
        const [slow, fast] = [start(...second), start(...first)];
        const [result] = await Promise.all([lastValueFrom(slow), lastValueFrom(fast)]);
        expect(log.lines().slice(2)).to.deep.equal(['first', 'second']);
        expect(result).to.equal(5);
        if ('result' in slow) expect(slow.result).to.equal(5);
      });
  });

  describe('parallelAsync', () => {
    it('never runs more than it may at once, and gives the results in order', async () => {
      let running = 0;
      let most = 0;
      const printTimeAsync = async (n: number): Promise<number> => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
        running -= 1;
        return n;
      };
      expect(await parallelAsync(printTimeAsync, range(6), { workers: 3 })).to.deep.equal(numbers(6));
      expect(most).to.equal(3);
    });
  });

  describe('bgTask', () => {
    const errors: unknown[] = [];
    const { error: print } = console;
    beforeEach(() => {
      console.error = (error: unknown) => errors.push(error);
    });
    afterEach(() => {
      console.error = print;
      errors.length = 0;
    });

    it('has the result', async () => {
      const task = bgTask(() => Promise.resolve(42));
      await firstValueFrom(task);
      expect(task.result).to.equal(42);
    });

    it('prints the error, and nothing else happens', async () => {
      const failure = new Error('this error will be printed');
      const task = bgTask(Promise.reject(failure));
      await new Promise((resolve) => setImmediate(resolve));
      expect(errors).to.deep.equal([failure]);
      expect(task.settled).to.equal(true);
    });
  });

  describe('parallel in the workers that all runs share', () => {
    for (const config of [{ workers: 2 }, { workers: 2, pool: 'process' }] as const)
      it(`gives what a plain loop gives, in order: ${JSON.stringify(config)}`, async () => {
        expect(await parallel(t.addOne, range(50), config)).to.deep.equal(numbers(50).map((x) => x + 1));
      });
  });

  type Place = { readonly pool: Pool; readonly workers?: number } | { readonly workers: 0 };
  const places: Record<string, () => { place: Place; several: Place; close: () => Promise<void> }> = {
    // A busy machine may need more than the 100 ms that a task has by default to hear that it is to stop.
    threads: () => opened(new ThreadPool({ workers: 3, graceMs: 5000 })),
    processes: () => opened(new ProcessPool({ workers: 3, graceMs: 5000 })),
    serially: () => ({
      place: { workers: 0 },
      several: { pool: 'local', workers: 3 } as never,
      close: () => Promise.resolve(),
    }),
  };
  const opened = (pool: ThreadPool | ProcessPool): { place: Place; several: Place; close: () => Promise<void> } => ({
    place: { pool, workers: 2 },
    several: { pool },
    close: () => pool.close(),
  });

  for (const [where, open] of Object.entries(places))
    describe(`in ${where}`, () => {
      const { place, several, close } = open();
      after(close);

      it('parallel gives what a plain loop gives, in order', async () => {
        expect(await parallel(t.addOne, range(50), { ...place, args: [] })).to.deep.equal(
          numbers(50).map((x) => x + 1),
        );
      });

      it('parallel passes further arguments', async () => {
        expect(await parallel(t.addOne, range(50), { ...place, args: [2] })).to.deep.equal(
          numbers(50).map((x) => x + 2),
        );
      });

      it('parallel with one worker gives the same', async () => {
        expect(
          await parallel(t.addOne, range(50), { ...place, workers: Math.min(1, place.workers ?? 1), args: [2] }),
        ).to.deep.equal(numbers(50).map((x) => x + 2));
      });

      it('pause keeps starts apart', async () => {
        const starts = [...(await parallel(t.printTime, range(5), { ...place, pause: 250 }))].sort((a, b) => a - b);
        expect(starts.length).to.equal(5);
        // Gaps are exact in virtual time. Here they are seen by the clocks of workers on a machine that has other things to
        // do.
        for (const [at, start] of starts.slice(1).entries()) expect(start - (starts[at] ?? 0)).to.be.at.least(225);
      });

      it('errors can be returned in the places of results', async () => {
        const results = await parallel(t.dieSometimes, range(8), { ...place, onError: 'return' });
        expect(
          results.map((result) => (result instanceof TaskError ? (result.cause as Error).message : result)),
        ).to.deep.equal([0, 2, 4, 6, 'died of 4', 'died of 5', 12, 14]);
      });

      it('parallelGen makes one instance per worker, and pairs results with indices', async () => {
        const items = numbers(20).map((k) => k / 20);
        const pairs = await lastValueFrom(from(items).pipe(parallelGen(t.Adder, { ...place, args: [1] }), toArray()));
        expect([...pairs].sort(([a], [b]) => a - b)).to.deep.equal(items.map((k, index) => [index, k + 1]));
      });

      describe('three at a time', () => {
        /** Resolves when all three workers have been at work at once, of as many as have been since the test began. */
        const allAtOnce = (workersSoFar: number): Promise<unknown> =>
          parallel(
            t.logLater,
            numbers(3).map(() => log.file),
            { ...several, args: [workersSoFar, 0, 'up', 0] },
          );
        // All three are up when the clock begins to matter.
        beforeEach(() => allAtOnce(3));

        it('pairs come in the order in which tasks end', async () => {
          const pairs$ = parallel$(t.waitThen, numbers(3), several);
          expect(await lastValueFrom(pairs$.pipe(toArray()))).to.deep.equal([
            [2, 4],
            [1, 2],
            [0, 0],
          ]);
        });

        it('who stops after two starts nothing more, and those still running are told', async () => {
          const pairs$ = parallel$(t.endAtStarts, numbers(6), { ...several, args: [log.file] });
          const seen: number[] = [];
          await lastValueFrom(
            pairs$.pipe(
              tap(([index]) => seen.push(index)),
              take(2),
            ),
          );
          for (const i of [0, 3]) await log.has(`stopped ${String(i)}`);
          // Items that were sent to a worker by then would have started before this.
          await allAtOnce(6);
          expect(seen).to.deep.equal([2, 1]);
          expect(
            log
              .lines()
              .filter((line) => line.startsWith('start'))
              .sort(),
          ).to.deep.equal(numbers(4).map((i) => `start ${String(i)}`));
        });
      });
    });
});
