import { expect } from 'chai';
import { EMPTY, ignoreElements, lastValueFrom, map, Subject, throwError, timer, toArray, type Observable } from 'rxjs';
import type { Progress } from '../../src/flow/progress/Progress.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError, TaskCloneError, TaskError } from '../../src/tasks/errors/errors.ts';
import { HandPool } from '../support/HandPool.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, inBrief, PAIRS, upper } from '../support/virtual.ts';
import { virtually } from '../support/virtually.ts';

/** A pool whose items fail as often as `failures` says, and take as many frames as `durations` says, or 2. */
const failingPool = (
  workers: number,
  failures: Readonly<Record<string, number>>,
  durations: Readonly<Record<string, number>> = {},
): VirtualPool =>
  new VirtualPool({
    workers,
    duration: (letter: string) => durations[letter] ?? 2,
    run: (_task, letter: string, attempt) => {
      if (attempt <= (failures[letter] ?? 0)) throw new RangeError(`try ${String(attempt)}`);
      return letter.toUpperCase();
    },
  });

describe('retry', () => {
  it(
    'runs an item again at once, before what waits, and keeps its index',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = failingPool(1, { a: 1 });
      const source$ = hot('a-b---|');
      const expected = '   ----A-(B|)';
      const runs = ['      ^-!', '--^-!', '----^-!'];

      expectObservable(source$.pipe(parallelMap(upper, { pool, retry: 1 }))).toBe(expected, PAIRS);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'waits for the delay, and leaves the worker to others meanwhile',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(1, { a: 1 });
      const expected = '----B--(A|)';
      const runs = ['   ^-!', '--^-!', '-----^-!'];

      expectObservable(parallel$(upper, ['a', 'b'], { pool, retry: { delay: 3 } })).toBe(expected, PAIRS);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'goes when a worker is free, where none is when the delay is over',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(1, { a: 1 }, { b: 6 });
      const expected = '--------B-A-(C|)';
      const runs = ['   ^-!', '--^-----!', '--------^-!', '----------^-!'];

      expectObservable(parallel$(upper, ['a', 'b', 'c'], { pool, retry: { delay: 3 } })).toBe(expected, PAIRS);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  for (const retry of [2, { count: 2 }, { count: 2, resetOnSuccess: false }])
    it(
      `tries ${JSON.stringify(retry)} times more, and no more`,
      marbles(({ expectObservable }) => {
        const pool = failingPool(1, { a: 2, b: 3 });

        expectObservable(parallel$(upper, ['a', 'b'], { pool, retry }).pipe(errorsInBrief())).toBe(
          '------A-----#',
          PAIRS,
          'TaskError at 1: RangeError: try 3',
        );
      }),
    );

  it(
    'has no end without a count',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(1, { a: 4 });

      expectObservable(parallel$(upper, ['a'], { pool, retry: {} })).toBe('----------(A|)', PAIRS);
      expectSubscriptions(pool.runs).toBe(['^-!', '--^-!', '----^-!', '------^-!', '--------^-!']);
    }),
  );

  it(
    'asks delay, with the error and the number of the try that failed',
    marbles(({ expectObservable }) => {
      const pool = failingPool(1, { a: 2 });
      const asked: unknown[] = [];
      const delay = (error: unknown, attempt: number): Observable<unknown> => {
        asked.push([inBrief(error), (error as ParallelError).attempts, attempt]);
        return timer(attempt * 3);
      };

      expectObservable(
        parallel$(upper, ['a'], { pool, retry: { delay } }).pipe(
          map((pair) => {
            expect(asked).to.deep.equal([
              ['TaskError at 0: RangeError: try 1', 1, 1],
              ['TaskError at 0: RangeError: try 2', 2, 2],
            ]);
            return pair;
          }),
        ),
      ).toBe('-----' + '--------' + '--(A|)', PAIRS);
    }),
  );

  it(
    'gives up at once where delay completes: the item fails with its error',
    marbles(({ expectObservable }) => {
      const pool = failingPool(1, { a: 1 });

      expectObservable(
        parallel$(upper, ['a', 'b'], { pool, onError: 'return', retry: { delay: () => EMPTY } }).pipe(
          map(([index, result]) => `${String(index)} ${inBrief(result)}`),
        ),
      ).toBe('--a-(b|)', { a: '0 TaskError at 0: RangeError: try 1', b: '1 B' });
    }),
  );

  for (const [name, delay, said] of [
    ['fails', () => throwError(() => new Error('enough')), 'TaskError at 0: Error: enough'],
    [
      'throws',
      () => {
        throw new Error('enough');
      },
      'TaskError at 0: Error: enough',
    ],
    ['fails with the error itself', (error: unknown) => throwError(() => error), 'TaskError at 0: RangeError: try 1'],
  ] as const)
    it(
      `gives up at once where delay ${name}`,
      marbles(({ expectObservable }) => {
        const pool = failingPool(1, { a: 1 });

        expectObservable(parallel$(upper, ['a', 'b'], { pool, retry: { delay } }).pipe(errorsInBrief())).toBe(
          '--#',
          PAIRS,
          said,
        );
      }),
    );

  it('says of an error of delay which item it was', () => {
    const pool = new LocalPool();
    const bad = (): never => {
      throw new Error('of the task');
    };
    const { errors } = record(
      parallel$(bad, ['x'], { pool, retry: { delay: () => throwError(() => new Error('enough')) } }),
    );

    expect(errors[0]).to.be.instanceOf(TaskError).and.include({ index: 0, item: 'x', attempts: 1 });
    expect(errors[0]).to.have.property('message', 'retry.delay failed on item 0: enough');
  });

  it(
    'runs what was too late again',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 1, duration: (_item: string, attempt) => (attempt === 1 ? 9 : 1) });

      expectObservable(parallel$(upper, ['a'], { pool, timeout: 3, retry: 1 })).toBe('----(A|)', PAIRS);
      expectSubscriptions(pool.runs).toBe(['^--!', '---^!']);
    }),
  );

  it(
    'lets the others of a chunk out, and runs what failed alone',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(1, { a: 1, c: 1 });
      const expected = '----B---D-A-(C|)';
      const runs = ['   ^-!', '--^-!', '----^-!', '------^-!', '--------^-!', '----------^-!'];

      expectObservable(parallel$(upper, ['a', 'b', 'c', 'd'], { pool, chunkSize: 4, retry: 1 })).toBe(expected, PAIRS);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'keeps the order with ordered',
    marbles(({ expectObservable }) => {
      const pool = failingPool(2, { a: 1 });

      expectObservable(parallel$(upper, ['a', 'b', 'c'], { pool, ordered: true, retry: 1 })).toBe('----(ABC|)', PAIRS);
    }),
  );

  for (const workers of [1, 2])
    it(
      `lets lower indices be tried again before the failure of a higher one ends the run: ${String(workers)} workers`,
      marbles(({ expectObservable }) => {
        const pool = failingPool(workers, { a: 1, b: 9 });
        const retry = { delay: (error: ParallelError) => (error.index === 0 ? timer(7) : throwError(() => error)) };

        // A fails in frame 2 and goes again in frame 9, when B has failed for good.
        expectObservable(
          parallel$(upper, ['a', 'b', 'c', 'd', 'e'], { pool, ordered: true, retry }).pipe(errorsInBrief()),
        ).toBe('-----------(A#)', PAIRS, 'TaskError at 1: RangeError: try 1');
      }),
    );

  it(
    'holds the others of its key back',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(2, { a: 1 });
      const expected = '--C----A-(B|)';
      const runs = ['   ^-!', '^-!', '-----^-!', '-------^-!'];

      expectObservable(
        parallel$(upper, ['a', 'b', 'c'], {
          pool,
          partitionBy: (letter) => letter === 'c',
          retry: { delay: 3 },
        }),
      ).toBe(expected, PAIRS);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'leaves its key when it gives up',
    marbles(({ expectObservable }) => {
      const pool = failingPool(1, { a: 9 });

      expectObservable(
        parallel$(upper, ['a', 'b'], { pool, partitionBy: () => 0, onError: 'skip', retry: { delay: () => EMPTY } }),
      ).toBe('----(B|)', PAIRS);
    }),
  );

  it(
    'keeps the place of the item in the buffer',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(1, { a: 1 });

      expectObservable(parallel$(upper, ['a', 'b'], { pool, bufferSize: 1, retry: { delay: 3 } })).toBe(
        '-------A-(B|)',
        PAIRS,
      );
      expectSubscriptions(pool.runs).toBe(['^-!', '-----^-!', '-------^-!']);
    }),
  );

  it(
    'keeps the pause between starts',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(2, { a: 1 });

      expectObservable(parallel$(upper, ['a', 'b'], { pool, pause: 5, retry: 1 })).toBe('-------B----(A|)', PAIRS);
      expectSubscriptions(pool.runs).toBe(['^-!', '-----^-!', '----------^-!']);
    }),
  );

  it(
    'is cancelled by unsubscribe, while it waits and while it runs',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const waiting = failingPool(1, { a: 1 });
      const running = failingPool(1, { a: 1 });
      const source$ = hot('a--------|');
      const left = '       ---!';

      expectObservable(source$.pipe(parallelMap(upper, { pool: waiting, retry: { delay: 3 } })), left).toBe('----');
      expectObservable(source$.pipe(parallelMap(upper, { pool: running, retry: 1 })), left).toBe('----');
      expectSubscriptions(waiting.runs).toBe(['^-!']);
      expectSubscriptions(running.runs).toBe(['^-!', '--^!']);
    }),
  );

  it('leaves no timer behind when it is cancelled', () => {
    virtually((scheduler, { flush }) => {
      const pool = failingPool(1, { a: 1 });
      const { subscription } = record(parallel$(upper, ['a'], { pool, retry: { delay: 30 } }));

      scheduler.schedule(() => {
        subscription.unsubscribe();
      }, 10);
      flush();
      expect(scheduler.actions).to.deep.equal([]);
      expect(scheduler.now()).to.equal(10);
    });
  });

  it(
    'runs a generator again that fails before its first yield, and none that has yielded',
    marbles(({ expectObservable }) => {
      const generatorPool = (failsAfter: number): VirtualPool =>
        new VirtualPool({
          workers: 1,
          duration: 1,
          run: (_task, _item: never, attempt) =>
            (function* () {
              for (let step = 0; step < 2; step += 1) {
                if (attempt === 1 && step === failsAfter) throw new RangeError('try 1');
                yield 'A';
              }
            })(),
        });
      const run$ = (pool: VirtualPool): Observable<readonly [number, string]> =>
        parallel$(upper, ['a'], { pool, retry: 3 }).pipe(errorsInBrief());

      expectObservable(run$(generatorPool(0))).toBe('--A(A|)', PAIRS);
      expectObservable(run$(generatorPool(1))).toBe('-A#', PAIRS, 'TaskError at 0: RangeError: try 1');
    }),
  );

  it(
    'lets a generator go on that would keep its worker, waiting for its turn, from the item before it',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({
        workers: 1,
        duration: 1,
        run: (_task, letter: string, attempt) => {
          if (letter === 'b')
            return (function* () {
              yield 'B';
              yield 'B';
            })();
          if (attempt === 1) throw new RangeError('try 1');
          return 'A';
        },
      });

      // b yields in frame 2 and waits; in frame 3 a may go again, and b goes on to its end.
      expectObservable(parallel$(upper, ['a', 'b'], { pool, ordered: true, retry: { delay: 2 } })).toBe(
        '-----(ABB|)',
        PAIRS,
      );
      expectSubscriptions(pool.runs).toBe(['^!', '-^--!', '----^!']);
    }),
  );

  it(
    'keeps no item that was late from its next try, whatever comes behind it',
    marbles(({ expectObservable }) => {
      const pool = new VirtualPool({
        workers: 1,
        duration: (letter: string, attempt) => (letter === 'a' && attempt === 1 ? 9 : 1),
        run: (_task, letter: string) =>
          letter === 'a'
            ? 'A'
            : (function* () {
                yield 'B';
                yield 'B';
              })(),
      });
      const config = { pool, ordered: true, chunkSize: 2, timeout: 3, retry: 1 };

      expectObservable(parallel$(upper, ['a', 'b'], config)).toBe('----AB(B|)', PAIRS);
    }),
  );

  for (const partitionBy of [undefined, (n: number) => n])
    it(`and does so too where all of it comes at once: ${partitionBy === undefined ? 'without' : 'with'} keys`, async () => {
      let tries = 0;
      const failsLater = async (): Promise<string> => {
        await new Promise((resolve) => setImmediate(resolve));
        tries += 1;
        if (tries === 1) throw new RangeError('try 1');
        return 'A';
      };
      const yields = function* (): Generator<string> {
        yield 'B';
        yield 'B';
      };
      const results = await lastValueFrom(
        parallel$((n: number): Promise<string> | Generator<string> => (n === 0 ? failsLater() : yields()), [0, 1], {
          pool: new LocalPool(),
          ordered: true,
          retry: { delay: 1 },
          ...(partitionBy && { partitionBy }),
        }).pipe(toArray()),
      );
      expect(results).to.deep.equal([PAIRS.A, PAIRS.B, PAIRS.B]);
    });

  it('counts an item once, when it has settled for good', () => {
    virtually((_scheduler, { flush }) => {
      const pool = failingPool(1, { a: 1, b: 9 });
      const seen: Progress[] = [];
      record(
        parallel$(upper, ['a', 'b'], {
          pool,
          retry: 2,
          onError: 'return',
          progress: (progress) => seen.push(progress),
        }),
      );

      flush();
      expect(seen.at(-1)).to.include({ done: 2, failed: 1, total: 2 });
      expect(seen[0]).to.include({ done: 1, elapsedMs: 4 });
    });
  });

  it('takes many synchronous failures, in one loop', () => {
    const tries = new Map<number, number>();
    const atTheThird = (n: number): number => {
      const tried = (tries.get(n) ?? 0) + 1;
      tries.set(n, tried);
      if (tried < 3) throw new Error('not yet');
      return n;
    };
    const items = Array.from({ length: 5000 }, (_, n) => n);
    const { values, completions } = record(parallel$(atTheThird, items, { pool: new LocalPool(), retry: 2 }));

    expect(completions).to.equal(1);
    expect(values.map(([index]) => index)).to.deep.equal(items);
  });

  it('takes one item that fails very often, in one loop', () => {
    let left = 10_000;
    const atLast = (n: number): number => {
      if (left > 0) {
        left -= 1;
        throw new Error('not yet');
      }
      return n;
    };

    expect(record(parallel$(atLast, [5], { pool: new LocalPool(), retry: Infinity })).values).to.deep.equal([[0, 5]]);
  });

  it(
    'lets what it gives up fail at once, and not when a worker is free',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = failingPool(1, { a: 9 }, { b: 7 });
      const delay = (): Observable<number> => timer(1).pipe(ignoreElements());
      const expected = '---a-----(B|)';

      expectObservable(
        parallel$(upper, ['a', 'b'], { pool, onError: 'return', retry: { delay } }).pipe(
          map(([index, result]) => [index, result instanceof TaskError ? 'failed' : result]),
        ),
      ).toBe(expected, { ...PAIRS, a: [0, 'failed'] });
      expectSubscriptions(pool.runs).toBe(['^-!', '--^------!']);
    }),
  );

  describe('in order, with chunks, and a failure that no try can help', () => {
    const lost = new TaskCloneError('lost');
    const bad = new TaskError('bad');
    const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

    it('runs what is before it again', () => {
      const pool = new HandPool(2);
      const again$ = new Subject<void>();
      const config = { pool, ordered: true, chunkSize: 3, workers: 2, retry: { delay: () => again$ } };
      const run = record(parallel$(upper, letters, config));
      pool.answers[0]?.({ from: 0, values: ['A', 'B', ''], errors: [[2, bad]] });
      pool.ends[0]?.();
      pool.answers[1]?.({ from: 0, values: ['D', 'E', ''], errors: [[2, lost]] });
      again$.next();
      expect(pool.answers).to.have.length(4);
      pool.answers[3]?.({ from: 0, values: ['C'] });

      expect(run.values).to.deep.equal(['A', 'B', 'C', 'D', 'E'].map((letter, index) => [index, letter]));
      expect(run.errors).to.deep.equal([lost]);
    });

    it('runs nothing again that comes after it', () => {
      const pool = new HandPool(3);
      const again$ = new Subject<void>();
      const config = { pool, ordered: true, chunkSize: 3, workers: 3, retry: { delay: () => again$ } };
      const run = record(parallel$(upper, letters, config));
      pool.answers[2]?.({ from: 0, values: ['', 'H', 'I'], errors: [[0, bad]] });
      pool.ends[2]?.();
      pool.answers[1]?.({ from: 0, values: ['', 'E', 'F'], errors: [[0, lost]] });
      again$.next();
      expect(pool.answers).to.have.length(3);
      pool.answers[0]?.({ from: 0, values: ['A', 'B', 'C'] });

      expect(run.values).to.deep.equal(['A', 'B', 'C'].map((letter, index) => [index, letter]));
      expect(run.errors).to.deep.equal([lost]);
    });
  });

  it('does not run a generator again that has yielded, wherever it is in its chunk', () => {
    const pool = new HandPool(1);
    const run = record(parallel$(upper, ['a', 'b', 'c'], { pool, chunkSize: 3, retry: 5 }));
    const bad = new TaskError('bad');
    pool.answers[0]?.({ from: 0, values: ['A'], yields: { values: ['B1'], ended: false } });
    pool.answers[0]?.({ from: 1, values: [''], errors: [[0, bad]] });

    expect(run.values).to.deep.equal([
      [0, 'A'],
      [1, 'B1'],
    ]);
    expect(run.errors).to.deep.equal([bad]);
  });

  it('does not run again what partitionBy fails on', () => {
    const partitionBy = (): never => {
      throw new Error('no key');
    };
    const { errors } = record(parallel$(upper, ['a'], { pool: new LocalPool(), partitionBy, retry: 5 }));

    expect(errors.map(inBrief)).to.deep.equal(['TaskError at 0: Error: no key']);
  });

  it('excludes transfer, at the call', () => {
    const transfer = (): [] => [];

    expect(() => parallel$(upper, ['a'], { retry: 1, transfer })).to.throw(
      TypeError,
      'retry and transfer exclude each other: moved objects are lost after the first attempt',
    );
    expect(() => parallel$(upper, ['a'], { retry: {}, transfer })).to.throw(TypeError, 'retry and transfer exclude');
    expect(() => parallel$(upper, ['a'], { retry: 0, transfer })).not.to.throw();
    expect(() => parallel$(upper, ['a'], { retry: { count: 0 }, transfer })).not.to.throw();
  });
});
