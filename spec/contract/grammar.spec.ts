import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { concat, from, identity, map, NEVER, of, Subject, take, tap } from 'rxjs';
import { parallel } from '../../src/operators/parallel.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { currentTask } from '../../src/tasks/currentTask.ts';
import { ParallelError, TaskError, TaskLoadError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, inBrief, letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';
import { note, valuesOf, virtually } from '../support/virtually.ts';
import { HandPool } from '../support/HandPool.ts';
import { product, unevenPool, ten, failing, refuse, sorted, briefly } from '../support/product.ts';

describe('the contract: grammar', () => {
  it('9. next* (error | complete)?, exactly one terminal', () => {
    for (const options of product)
      for (const source of ['-ab(cde)-f|', '-ab(cde)-f#', '(abcdef|)', '(abcdef#)', '|', '#'])
        virtually((scheduler, { cold, flush }) => {
          const pool = letterPool(4, { a: 3, c: 5 });
          const task = upperBut('b', 'f');
          const notes = note(cold(source).pipe(parallelMap(task, { ...options, pool })), scheduler);

          flush();
          const terminals = notes.filter(({ kind }) => kind !== 'next');
          expect(terminals).to.deep.equal(notes.slice(-1));
          expect(terminals).to.have.length(1);
        });
  });

  it('10. nothing comes after the terminal or unsubscribe, even when workers answer late', () => {
    const late = { from: 0, values: ['late'] };
    const error = new TaskError('failed');
    for (const ordered of [false, true])
      for (const [end, said] of [
        ['unsubscribe', { values: [], errors: [], completions: 0 }],
        ['error', { values: [], errors: [error], completions: 0 }],
        ["source's error", { values: [], errors: [error], completions: 0 }],
        ['take', { values: [[0, 'first']], errors: [], completions: 1 }],
        [
          'complete',
          {
            values: [
              [0, 'first'],
              [1, 'second'],
            ],
            errors: [],
            completions: 1,
          },
        ],
      ] as const) {
        const pool = new HandPool(2);
        const source$ = new Subject<string>();
        const reports: unknown[] = [];
        const operator = parallelMap(upper, { pool, ordered, progress: (report) => reports.push(report) });
        const run = record(source$.pipe(operator, end === 'take' ? take(1) : identity));
        source$.next('a');
        source$.next('b');
        const [first, second] = pool.answers;
        if (end === 'unsubscribe') run.subscription.unsubscribe();
        if (end === 'error') first?.({ from: 0, values: [undefined], errors: [[0, error]] });
        if (end === "source's error") source$.error(error);
        if (end === 'take' || end === 'complete') first?.({ from: 0, values: ['first'] });
        if (end === 'complete') {
          second?.({ from: 0, values: ['second'] });
          source$.complete();
          for (const complete of pool.ends) complete();
        }
        const reported = reports.length;
        for (const answer of pool.answers) answer(late);
        expect(run, end).to.deep.include(said);
        expect(reports, end).to.have.length(reported);
      }
  });

  it("11. emissions are serial: a result that arrives while downstream's next is on the stack waits", () => {
    for (const ordered of [false, true]) {
      const source$ = new Subject<number>();
      const log: string[] = [];
      record(
        source$.pipe(
          parallelMap((n: number) => n, { pool: 'local', workers: 3, ordered }),
          tap(([, n]) => {
            log.push(`${String(n)} begins`);
            if (n < 2) source$.next(n + 1);
            log.push(`${String(n)} ends`);
          }),
        ),
      );

      source$.next(0);
      expect(log).to.deep.equal(['0 begins', '0 ends', '1 begins', '1 ends', '2 begins', '2 ends']);

      const pool = new HandPool(2);
      const answered: string[] = [];
      record(
        of('a', 'b').pipe(
          parallelMap(upper, { pool, ordered }),
          tap(([, letter]) => {
            answered.push(`${letter} begins`);
            if (letter === 'A') pool.answers[1]?.({ from: 0, values: ['B'] });
            answered.push(`${letter} ends`);
          }),
        ),
      );
      pool.answers[0]?.({ from: 0, values: ['A'] });
      expect(answered).to.deep.equal(['A begins', 'A ends', 'B begins', 'B ends']);
    }
  });

  it('12. an empty source completes in the same frame and starts no worker', () => {
    for (const options of product)
      virtually((scheduler, { cold, flush }) => {
        const pool = new HandPool(4);
        const notes = note(cold('--|').pipe(parallelMap(upper, { ...options, pool })), scheduler);
        const iterable = note(parallel$(upper, [], { ...options, pool }), scheduler);

        expect(iterable).to.deep.equal([{ frame: 0, kind: 'complete' }]);
        flush();
        expect(notes).to.deep.equal([{ frame: 2, kind: 'complete' }]);
        expect(pool.answers).to.deep.equal([]);
      });
  });

  it('13. completion waits for all that is queued, running, retrying or pausing, and comes in the frame of the last result', () => {
    virtually((_scheduler, { cold, expectObservable }) => {
      const run = (options: object) => (source: string) =>
        cold(source).pipe(parallelMap(upper, { pool: letterPool(2, { a: 4, b: 2, c: 3 }), ...options }));

      expectObservable(run({})('(a|)')).toBe('             ----(A|)', PAIRS);
      expectObservable(run({ workers: 1 })('(abc|)')).toBe('       ----A-B--(C|)', PAIRS);
      expectObservable(run({ pause: 9 })('(ab|)')).toBe('          ----A------(B|)', PAIRS);
      expectObservable(run({})('a-----|')).toBe('          ----A-|', PAIRS);
      expectObservable(run({ ordered: true })('(ab|)')).toBe('     ----(AB|)', PAIRS);
    });

    const again = (n: number): number => {
      if (n === 9 && currentTask()?.attempt === 1) throw new Error('again');
      return n;
    };
    for (const options of product)
      virtually((scheduler, { flush }) => {
        const config = { ...options, pool: unevenPool(options.workers), retry: { count: 1, delay: 50 } };
        const notes = note(from(ten).pipe(parallelMap(again, config)), scheduler);

        flush();
        const lastEnd = Math.max(...config.pool.runs.map(({ unsubscribedFrame }) => unsubscribedFrame));
        expect(lastEnd).to.be.at.least(50);
        expect(notes.filter(({ frame }) => frame === lastEnd).at(-1)).to.deep.equal({
          frame: lastEnd,
          kind: 'complete',
        });
        expect(valuesOf(notes)).to.have.length(10);
      });
  });

  it('14. with NEVER and an idle pool there are no timers', () => {
    for (const options of product)
      virtually((scheduler, { flush }) => {
        const all = { ...options, timeout: 5, progress: () => undefined, pool: letterPool(4) };
        const notes = note(NEVER.pipe(parallelMap(upper, all)), scheduler);
        const idle = note(concat(from(['a', 'b', 'c', 'd']), NEVER).pipe(parallelMap(upper, all)), scheduler);

        flush();
        expect(notes).to.deep.equal([]);
        expect(valuesOf(idle)).to.have.length(4);
        expect(scheduler.actions).to.deep.equal([]);
      });
  });

  it("15. a source's error is forwarded in the same frame and cancels what runs", () => {
    for (const options of product)
      virtually((scheduler, { cold, flush }) => {
        const pool = letterPool(4, { a: 9, b: 9, c: 9, d: 9 });
        const source$ = cold('(abcd)-#', undefined, 'broken');
        const notes = note(source$.pipe(parallelMap(upper, { ...options, pool })), scheduler);

        flush();
        expect(notes).to.deep.equal([{ frame: 7, kind: 'error', error: 'broken' }]);
        expect(pool.runs.every(({ unsubscribedFrame }) => unsubscribedFrame === 7)).to.equal(true);
      });
  });

  it('16. a throwing partitionBy or transfer is an error of that index; a module that does not load ends the run whatever onError says', async () => {
    const transfer = (n: number): Transferable[] => {
      if (n === 1) throw new RangeError('nothing to move');
      return [];
    };
    const returned = await parallel((n: number) => n, [0, 1, 2], { pool: 'local', transfer, onError: 'return' });
    expect(returned.map((result) => (result instanceof ParallelError ? inBrief(result) : result))).to.deep.equal([
      0,
      'TaskError at 1: RangeError: nothing to move',
      2,
    ]);
    for (const failing of [{ transfer }, { partitionBy: transfer }])
      for (const options of product)
        virtually((scheduler, { flush }) => {
          const pool = new VirtualPool({ workers: 1, duration: 1 });
          const result$ = from([0, 1, 2]).pipe(
            parallelMap((n) => n, { ...options, ...failing, pool }),
            map(briefly),
            errorsInBrief(),
          );
          const notes = note(result$, scheduler);

          flush();
          const error = 'TaskError at 1: RangeError: nothing to move';
          const said = notes.flatMap(({ kind, value, error: thrown }) =>
            kind === 'complete' ? [] : [value ?? thrown],
          );
          if (options.onError === 'throw') expect(said.at(-1)).to.equal(error);
          else
            expect(sorted(said as [number, unknown][])).to.deep.equal([
              [0, 0],
              ...(options.onError === 'return' ? [[1, error]] : []),
              [2, 2],
            ]);
        });

    const { lost } = tasks<{ lost: (n: number) => number }>(new URL('../support/nowhere.ts', import.meta.url));
    for (const onError of ['throw', 'return', 'skip'] as const) {
      const error: unknown = await parallel(lost, [1], { pool: 'local', onError }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(TaskLoadError);
    }
  });

  it("17. with 'throw' a task's error cancels the siblings, whose late rejections trouble nobody", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    const told: unknown[] = [];
    const task = async (n: number): Promise<number> => {
      if (n === 0) throw new RangeError('first');
      const signal = currentTask()?.signal;
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          told.push(n);
          reject(new Error('stopped'));
        });
      });
      return n;
    };

    process.on('unhandledRejection', listen);
    try {
      const error: unknown = await parallel(task, [1, 2, 0], { pool: 'local', workers: 3 }).catch(
        (reason: unknown) => reason,
      );
      expect(inBrief(error)).to.equal('TaskError at 2: RangeError: first');
      expect(told).to.deep.equal([1, 2]);
      await turn();
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.off('unhandledRejection', listen);
    }

    for (const options of product.filter(({ onError, ordered }) => onError === 'throw' && !ordered))
      virtually((scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: options.workers, duration: (n: number) => (n === 1 ? 4 : 3 * n + 20) });
        const notes = note(from([1, 2, 3, 4, 5]).pipe(parallelMap(refuse, { ...options, pool })), scheduler);

        flush();
        expect(notes.map(({ kind, frame }) => [kind, frame])).to.deep.equal([['error', 4]]);
        expect(pool.runs.every(({ unsubscribedFrame }) => unsubscribedFrame === 4)).to.equal(true);
        expect(scheduler.actions).to.deep.equal([]);
      });
  });

  it('18. falsy and other throws that are no errors survive', async () => {
    for (const thrown of [undefined, null, 0, '', false, NaN, 'text'])
      for (const rejects of [false, true]) {
        const task = (): unknown => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is what is tested
          if (rejects) return Promise.reject(thrown);
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is what is tested
          throw thrown;
        };
        const [error] = await parallel(task, [1], { pool: 'local', onError: 'return' });

        expect(error).to.be.instanceOf(TaskError).with.own.property('cause');
        expect((error as TaskError).cause).to.deep.equal(thrown);
      }
  });

  it('19. undefined and null results are emitted', () => {
    const all = [undefined, null, undefined];

    expect(record(from(all).pipe(parallelMap((x) => x, { pool: 'local' }))).values).to.deep.equal([...all.entries()]);
    virtually((scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 2, duration: 1 });
      const notes = note(from(all).pipe(parallelMap((x) => x, { pool })), scheduler);

      flush();
      expect(valuesOf(notes)).to.deep.equal([...all.entries()]);
    });
  });

  it('20. an error carries index, item and attempts, and what was thrown as it was', async () => {
    const thrown = Object.assign(new RangeError('no'), { code: 'E_NO', cause: 'deeper' });
    const task = (item: { readonly id: number }): number => {
      if (item.id === 7) throw thrown;
      return item.id;
    };
    const items = [{ id: 5 }, { id: 7 }];
    const [, error] = await parallel(task, items, { pool: 'local', onError: 'return' });

    expect(error).to.include({ name: 'TaskError', index: 1, item: items[1], attempts: 1, cause: thrown });
    expect(error).to.have.property('message', 'task task failed on item 1: no');
  });

  it("21. 'return' never loses an index: indices out are indices in, each once", () => {
    for (const options of product.filter(({ onError }) => onError === 'return'))
      virtually((scheduler, { flush }) => {
        const config = { ...options, onError: 'return' as const, pool: unevenPool(options.workers) };
        const notes = note(from(ten).pipe(parallelMap(failing, config)), scheduler);

        flush();
        expect(sorted(valuesOf(notes).map(([index]) => [index, 0]))).to.deep.equal(ten.map((n) => [n, 0]));
      });
  });
});
