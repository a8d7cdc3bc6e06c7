import { expect } from 'chai';
import { from, map, of, take, tap } from 'rxjs';
import type { ErrorPolicy } from '../../src/flow/Plan.ts';
import { parallelGen } from '../../src/operators/parallelGen.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { currentTask, type TaskContext } from '../../src/tasks/currentTask.ts';
import { ParallelError, PoolClosedError, TaskLoadError, TaskTimeoutError } from '../../src/tasks/errors/errors.ts';
import type { AnyTask } from '../../src/tasks/Task.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, inBrief, letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';
import { virtually } from '../support/virtually.ts';

const { double } = tasks<{ double: (n: number) => number }>(new URL('../support/tasks.ts', import.meta.url));

const briefly = map(([index, result]: readonly [number, unknown]) => [
  index,
  result instanceof ParallelError ? inBrief(result) : result,
]);

describe('VirtualPool', () => {
  it('refuses bad options at the call', () => {
    const cases: [unknown, typeof TypeError | typeof RangeError, string][] = [
      [{ workers: 0, duration: 1 }, RangeError, 'workers must be an integer from 1, not 0'],
      [{ duration: 1 }, TypeError, 'workers must be an integer from 1, not undefined'],
      [
        { workers: 1 },
        TypeError,
        'duration must be from 0 and at most 2147483647 milliseconds, Infinity, a function or { min, max, seed }, not und',
      ],
      [{ workers: 1, duration: -1 }, RangeError, 'duration must be from 0'],
      [{ workers: 1, duration: 1, run: 5 }, TypeError, 'run must be a function, not 5'],
      [{ workers: 1, duration: 1, marbles: '-r' }, TypeError, 'there is no option marbles'],
    ];

    for (const [config, ErrorClass, message] of cases)
      expect(() => new VirtualPool(config as never)).to.throw(ErrorClass, message);
  });

  it(
    'calls the task when an item starts, and settles it after its duration, also when it throws',
    marbles(({ cold, expectObservable, flush }) => {
      const called: string[] = [];
      const task = (letter: string): string => {
        called.push(letter);
        return upperBut('b')(letter);
      };
      const pool = letterPool(2, { a: 3, b: 2 });

      expectObservable(cold('(ab|)').pipe(parallelMap(task, { pool, onError: 'return' }), briefly)).toBe('--B(A|)', {
        ...PAIRS,
        B: [1, 'TaskError at 1: RangeError: b is bad'],
      });
      expect(called).to.deep.equal([]);
      flush();
      expect(called).to.deep.equal(['a', 'b']);
    }),
  );

  it(
    'asks for the duration with item and attempt',
    marbles(({ cold, expectObservable, flush }) => {
      const asked: unknown[] = [];
      const pool = new VirtualPool({
        workers: 1,
        duration: (letter: string, attempt) => {
          asked.push([letter, attempt]);
          return 2;
        },
      });

      expectObservable(cold('(ab|)').pipe(parallelMap(upper, { pool }))).toBe('--A-(B|)', PAIRS);
      flush();
      expect(asked).to.deep.equal([
        ['a', 1],
        ['b', 1],
      ]);
    }),
  );

  it(
    'fails the run when the duration cannot be told, whatever onError says',
    marbles(({ cold, expectObservable }) => {
      const pool = new VirtualPool({
        workers: 1,
        duration: () => {
          throw new Error('who knows');
        },
      });

      expectObservable(cold('-a|').pipe(parallelMap(upper, { pool, onError: 'skip' }), errorsInBrief())).toBe(
        '-#',
        PAIRS,
        'Error: who knows',
      );
    }),
  );

  it(
    'logs its runs, from their start to their end, whatever that is',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 2, b: 9, c: 4 });
      const source$ = hot('-abc---|');
      const expected = '   ---A--B(C|)';
      const runs = ['      -^-!', '--^---!', '---^---!'];
      const result$ = source$.pipe(
        parallelMap(upper, { pool, timeout: 4, onError: 'return' }),
        map(([index, result]) => (result instanceof TaskTimeoutError ? 'late' : [index, result])),
      );

      expectObservable(result$).toBe(expected, { ...PAIRS, B: 'late' });
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it('shows a run that goes on as endless', () => {
    virtually((scheduler, { flush }) => {
      const pool = letterPool(1, { a: 9 });
      record(of('a').pipe(parallelMap(upper, { pool })));
      scheduler.schedule(() => {
        expect(pool.runs).to.deep.equal([{ subscribedFrame: 0, unsubscribedFrame: Infinity }]);
      }, 5);
      flush();
      expect(pool.runs).to.deep.equal([{ subscribedFrame: 0, unsubscribedFrame: 9 }]);
    });
  });

  it(
    'tells a task its index, its attempt, and when it is late or not wanted any more',
    marbles(({ cold, expectObservable, flush }) => {
      const told: unknown[] = [];
      const task = function* (letter: string): Generator<string> {
        const { index, attempt, signal } = currentTask() as TaskContext;
        signal.addEventListener('abort', () => told.push(`${letter} ${String(index)} ${String(attempt)}`));
        yield letter;
        expect(currentTask()).to.include({ index, attempt });
        if (letter === 'b' && attempt === 1) throw new Error('again');
        yield letter;
      };
      const pool = new VirtualPool({ workers: 1, duration: (letter: string) => (letter === 'c' ? 9 : 1) });
      const result$ = cold('(abcd|)').pipe(
        parallelMap(task, { pool, timeout: 5, retry: 1, onError: 'skip' }),
        map(([, letter]) => letter),
      );

      expectObservable(result$, '^--------------!').toBe('-aab-----------');
      flush();
      expect(told).to.deep.equal(['c 2 1', 'c 2 2', 'd 3 1']);
      expect(currentTask()).to.equal(undefined);
    }),
  );

  describe('run', () => {
    it(
      'stands in for a task of a module',
      marbles(({ cold, expectObservable, flush }) => {
        const given: [AnyTask, number, number][] = [];
        const pool = new VirtualPool({
          workers: 1,
          duration: 1,
          run: (task, n: number, attempt) => {
            given.push([task, n, attempt]);
            return n * 2;
          },
        });

        expectObservable(cold('-n|', { n: 4 }).pipe(parallelMap(double, { pool }))).toBe('--(n|)', { n: [0, 8] });
        flush();
        expect(given).to.deep.equal([[double, 4, 1]]);
      }),
    );

    it(
      'stands in for a task that is async, and may be a generator',
      marbles(({ cold, expectObservable }) => {
        const task = async (letter: string): Promise<string> => Promise.resolve(letter);
        const run = function* (_task: AnyTask, letter: string): Generator<string> {
          yield letter;
          yield letter;
        };

        expectObservable(
          cold('-a|').pipe(parallelMap(task, { pool: new VirtualPool({ workers: 1, duration: 1, run }) })),
        ).toBe('--a(a|)', { a: [0, 'a'] });
      }),
    );

    it('is missed where there is nothing to call, or nothing that virtual time can wait for: that ends the run', () => {
      const later = async (n: number): Promise<number> => Promise.resolve(n);
      const laterYields = async function* (n: number): AsyncGenerator<number> {
        yield await Promise.resolve(n);
      };

      for (const [task, why] of [
        [double, 'task double comes from a module'],
        [later, 'task later is async'],
        [laterYields, 'task laterYields is async'],
      ] as const)
        for (const onError of ['throw', 'return', 'skip'] satisfies ErrorPolicy[])
          virtually((_scheduler, { flush }) => {
            const pool = new VirtualPool({ workers: 1, duration: 1 });
            const { values, errors } = record(of(1).pipe(parallelMap(task, { pool, onError })));

            flush();
            expect(values).to.deep.equal([]);
            expect(errors[0])
              .to.be.instanceOf(TaskLoadError)
              .with.property('message', `${why}: a VirtualPool needs \`run\` or \`marble\` to stand in for it`);
          });
    });
  });

  describe('copies, as a worker would', () => {
    it('items, arguments excepted, and results', () => {
      virtually((_scheduler, { flush }) => {
        const item = { list: [1] };
        const kept: unknown[] = [];
        const task = (given: { list: number[] }): { list: number[] } => {
          given.list.push(2);
          kept.push(given);
          return given;
        };
        const pool = new VirtualPool({ workers: 1, duration: 1 });
        const { values } = record(of(item).pipe(parallelMap(task, { pool })));

        flush();
        expect(item).to.deep.equal({ list: [1] });
        expect(values).to.deep.equal([[0, { list: [1, 2] }]]);
        expect(values[0]?.[1]).not.to.equal(kept[0]);
      });
    });

    it(
      'and fails at once with an item that cannot be copied, which never runs, and at its end with a result',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = new VirtualPool({ workers: 1, duration: 2 });
        const source$ = cold('-abc|', { a: () => 0, b: 'b', c: 'c' });
        const task = (item: unknown): unknown => (item === 'b' ? () => 0 : item);
        const results = { x: 'TaskCloneError at 0', y: 'TaskCloneError at 1', z: 'c' };

        expectObservable(
          source$.pipe(
            parallelMap(task, { pool, onError: 'return' }),
            map(([, result]) => (result instanceof ParallelError ? inBrief(result).split(':')[0] : result)),
          ),
        ).toBe('    -x--y-(z|)', results);
        expectSubscriptions(pool.runs).toBe(['--^-!', '----^-!']);
      }),
    );

    it('and says what of which task it was', () => {
      const messages: unknown[] = [];
      virtually((_scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 1, duration: 1 });
        const yields = function* (): Generator {
          yield () => 0;
        };
        const functions = (): unknown => () => 0;
        const run = (task: (item: unknown) => unknown, item: unknown): void => {
          record(
            of(item).pipe(
              parallelMap(task, { pool, onError: 'return' }),
              tap(([, error]) => messages.push((error as Error).message)),
            ),
          );
        };

        run(functions, () => 0);
        run(functions, 1);
        run(yields, 1);
        flush();
      });
      expect(messages).to.deep.equal([
        "the item of task functions for item 0 could not be cloned: a function could not be cloned. Write it in the task, or export the task from a module that has it, and use tasks(new URL('./x.js', import.meta.url)), in CommonJS tasks(join(__dirname, 'x.js'))",
        'the result of task functions for item 0 could not be cloned: a function could not be cloned. Call it in the task, and return its result',
        'a yield of task yields for item 0 could not be cloned: a function could not be cloned. Call it in the task, and return its result',
      ]);
    });

    it('but moves what transfer names, which is an error of the item when it throws', () => {
      virtually((_scheduler, { flush }) => {
        const pool = new VirtualPool({ workers: 1, duration: 1 });
        const buffers = [new ArrayBuffer(2), new ArrayBuffer(3)];
        const transfer = (buffer: ArrayBuffer): Transferable[] => {
          if (buffer.byteLength === 3) throw new Error('not this one');
          return [buffer];
        };
        const { values } = record(
          from(buffers).pipe(
            parallelMap((buffer: ArrayBuffer) => buffer.byteLength, { pool, transfer, onError: 'return' }),
            briefly,
          ),
        );

        flush();
        expect(values).to.deep.equal([
          [0, 2],
          [1, 'TaskError at 1: Error: not this one'],
        ]);
        expect(buffers.map(({ byteLength }) => byteLength)).to.deep.equal([0, 3]);
      });
    });
  });

  it(
    'takes a generator whose steps are no objects for an error of its item, and not for an endless one',
    marbles(({ cold, expectObservable }) => {
      const task = (): Generator<string> => ({ next: () => 5, [Symbol.iterator]: () => undefined }) as never;

      expectObservable(cold('-a|').pipe(parallelMap(task, { pool: letterPool(1) }), errorsInBrief())).toBe(
        '--#',
        PAIRS,
        'TaskError at 0: TypeError: iterator result 5 is not an object',
      );
    }),
  );

  it(
    'takes an error of this library that a task throws for what it is: thrown by the task',
    marbles(({ cold, expectObservable }) => {
      const inner = new TaskTimeoutError('inner', { index: 7 });
      const task = (): never => {
        throw inner;
      };

      expectObservable(cold('-a|').pipe(parallelMap(task, { pool: letterPool(1) }), errorsInBrief())).toBe(
        '--#',
        PAIRS,
        `TaskError at 0: ${String(inner)}`,
      );
    }),
  );

  it(
    'has a place free again before completion is delivered',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1, { a: 3 });
      const result$ = cold('(a|)').pipe(
        parallelMap(upper, { pool }),
        tap({
          complete: () => {
            record(of('b').pipe(parallelMap(upper, { pool })));
          },
        }),
      );

      expectObservable(result$).toBe('---(A|)', PAIRS);
      expectSubscriptions(pool.runs).toBe(['^--!', '---^!']);
    }),
  );

  it(
    'has a place free again in the frame in which its run is left',
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1, { a: 9, b: 2 });

      expectObservable(cold('(a|)').pipe(parallelMap(upper, { pool })), '^---!').toBe('-');
      expectObservable(hot('-b|').pipe(parallelMap(upper, { pool }))).toBe('------(b|)', { b: [0, 'B'] });
      expectSubscriptions(pool.runs).toBe(['^---!', '----^-!']);
    }),
  );

  it(
    "lets the source's item come before a completion of the same frame",
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1, { a: 2 });

      expectObservable(hot('-a-b|').pipe(parallelMap(upper, { pool }))).toBe('---A(B|)', PAIRS);
      expectSubscriptions(pool.runs).toBe(['-^-!', '---^!']);
    }),
  );

  describe('a generator', () => {
    it(
      'takes its time for each step, and none for its end',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = new VirtualPool({ workers: 1, duration: 2 });
        const two = function* (letter: string): Generator<string> {
          yield `${letter}1`;
          yield `${letter}2`;
        };

        expectObservable(cold('-a|').pipe(parallelMap(two, { pool }))).toBe('---x-(y|)', {
          x: [0, 'a1'],
          y: [0, 'a2'],
        });
        expectSubscriptions(pool.runs).toBe('-^---!');
      }),
    );

    it(
      'that yields nothing is over at once',
      marbles(({ cold, expectObservable }) => {
        const none = function* (): Generator<string> {
          // Ends at once.
        };

        expectObservable(cold('-a|').pipe(parallelMap(none, { pool: letterPool(1, { a: 5 }) }))).toBe('--|');
      }),
    );

    it(
      'that throws does so when its step has had its time',
      marbles(({ cold, expectObservable }) => {
        const failing = function* (letter: string): Generator<string> {
          yield letter;
          throw new RangeError('no more');
        };

        expectObservable(
          cold('-a|').pipe(parallelMap(failing, { pool: letterPool(1, { a: 2 }) }), errorsInBrief()),
        ).toBe('---a-#', { a: [0, 'a'] }, 'TaskError at 0: RangeError: no more');
      }),
    );

    it('is asked for no more than is wanted, and its finally runs in the frame in which it is left', () => {
      virtually((scheduler, { flush }) => {
        const log: unknown[] = [];
        const endless = function* (): Generator<number> {
          try {
            for (let n = 0; ; n += 1) {
              log.push([n, scheduler.now()]);
              yield n;
            }
          } finally {
            log.push(['ended', scheduler.now()]);
          }
        };
        record(of('a').pipe(parallelMap(endless, { pool: letterPool(1, { a: 3 }) }), take(2)));

        flush();
        expect(log).to.deep.equal([
          [0, 0],
          [1, 3],
          ['ended', 6],
        ]);
      });
    });
  });

  it('makes a processor once per worker and run', () => {
    let made = 0;
    class Counter {
      private seen = 0;
      constructor() {
        made += 1;
      }

      *process(batch: readonly string[]): Generator<string> {
        for (const item of batch) yield `${item}${String((this.seen += 1))}`;
      }
    }

    virtually((_scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 1, duration: 1 });
      const run$ = from(['a', 'b', 'c', 'd']).pipe(parallelGen(Counter, { pool, batchSize: 2 }));
      const first = record(run$);
      const second = record(run$);

      flush();
      const results = ['a1', 'b2', 'c3', 'd4'];
      expect(first.values.map(([, result]) => result)).to.deep.equal(results);
      expect(second.values.map(([, result]) => result)).to.deep.equal(results);
      expect(made).to.equal(2);
    });
  });

  describe('close', () => {
    it('fails what runs in the same frame, in virtual time, and starts nothing more', () => {
      virtually((scheduler, { flush }) => {
        const pool = letterPool(1, { b: 9 });
        const log: unknown[] = [];
        record(
          of('a', 'b', 'c').pipe(
            parallelMap(upper, { pool, chunkSize: 3 }),
            tap({
              next: ([, letter]) => log.push([letter, scheduler.now()]),
              error: (error: unknown) => log.push([(error as Error).name, scheduler.now()]),
            }),
          ),
        );
        scheduler.schedule(() => void pool.close(), 5);

        flush();
        expect(log).to.deep.equal([
          ['A', 1],
          ['PoolClosedError', 5],
        ]);
        expect(pool.runs).to.deep.equal([
          { subscribedFrame: 0, unsubscribedFrame: 1 },
          { subscribedFrame: 1, unsubscribedFrame: 5 },
        ]);
      });
    });

    it('refuses what comes later, is at once where nothing runs, and is what asyncDispose does', async () => {
      const pool = letterPool(1);

      await Promise.all([pool.close(), pool[Symbol.asyncDispose]()]);
      expect(record(of('a').pipe(parallelMap(upper, { pool }))).errors[0]).to.be.instanceOf(PoolClosedError);
    });
  });

  it('settles fifty thousand items of no duration without a deep stack', () => {
    virtually((_scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 2, duration: 0 });
      let count = 0;
      record(
        from(new Array<number>(50_000).fill(1)).pipe(
          parallelMap((n) => n, { pool }),
          tap(() => (count += 1)),
        ),
      );

      flush();
      expect(count).to.equal(50_000);
    });
  });
});
