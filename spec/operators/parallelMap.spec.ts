import { expect } from 'chai';
import {
  count,
  EMPTY,
  filter,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  NEVER,
  observable,
  of,
  range,
  Subject,
  take,
  tap,
  toArray,
  VirtualTimeScheduler,
  type Observable,
} from 'rxjs';
import type { Progress } from '../../src/flow/progress/Progress.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError, TaskError, WorkerCrashError } from '../../src/tasks/errors/errors.ts';
import { HandPool } from '../support/HandPool.ts';
import { marbles } from '../support/marbles.ts';
import { Naturals } from '../support/Naturals.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, inBrief, letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';
import { wrongOptions } from '../support/wrongOptions.ts';

describe('parallelMap', () => {
  it(
    'emits as tasks end, not in source order',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 4 });
      const source$ = hot('-a-b-----c-|');
      const subs = '       ^----------!';
      const expected = '   ----BA----C|';
      const runs = ['      -^---!', '---^!', '---------^!'];

      expectObservable(source$.pipe(parallelMap(upper, { pool }))).toBe(expected, PAIRS);
      expectSubscriptions(source$.subscriptions).toBe(subs);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'completes with an empty source, in the same frame',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('|').pipe(parallelMap(upper, { pool: letterPool(2) }))).toBe('|');
      expectObservable(cold('---|').pipe(parallelMap(upper, { pool: letterPool(2) }))).toBe('---|');
      expectObservable(EMPTY.pipe(parallelMap(upper, { pool: letterPool(2) }))).toBe('|');
    }),
  );

  it(
    'never ends with a source that never ends',
    marbles(({ hot, expectObservable }) => {
      expectObservable(NEVER.pipe(parallelMap(upper, { pool: letterPool(2) }))).toBe('-');
      expectObservable(hot('-a-').pipe(parallelMap(upper, { pool: letterPool(2) }))).toBe('--A', PAIRS);
    }),
  );

  it(
    'never ends with a task that never ends',
    marbles(({ hot, expectObservable }) => {
      const pool = letterPool(2, { a: 2_147_483_647 });

      expectObservable(hot('-ab|').pipe(parallelMap(upper, { pool })), '^---------!').toBe('---B', PAIRS);
    }),
  );

  it(
    "hands on the source's error in the same frame, unwrapped, and cancels the tasks",
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 9 });
      const source$ = hot('-ab-#', undefined, 'broken');
      const expected = '   ---B#';
      const runs = ['      -^--!', '--^!'];

      expectObservable(source$.pipe(parallelMap(upper, { pool }))).toBe(expected, PAIRS, 'broken');
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'leaves the source and cancels the tasks on unsubscribe',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 2, b: 9 });
      const source$ = hot('-abc-----d-|');
      const unsub = '      ^----!';
      const expected = '   ---AC-';
      const runs = ['      -^-!', '--^--!', '---^!'];

      expectObservable(source$.pipe(parallelMap(upper, { pool })), unsub).toBe(expected, PAIRS);
      expectSubscriptions(source$.subscriptions).toBe(unsub);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it('refuses what is no task, at the call', () => {
    expect(() => parallelMap(5 as never)).to.throw(TypeError, 'task must be a function or come from tasks(...), not 5');
    expect(() => parallelMap(undefined as never)).to.throw(TypeError, 'task must be a function');
  });

  it('refuses a function without source text at the call, where it would have to be sent', () => {
    expect(() => parallelMap(Math.sqrt)).to.throw(TypeError, 'a native or bound function has no source text');
    expect(() => parallelMap(Math.sqrt, { pool: 'process' })).to.throw(TypeError, 'a native or bound function');
    expect(() => parallelMap(Math.sqrt, { pool: 'local' })).not.to.throw();
    expect(() => parallelMap(Math.sqrt, { workers: 0 })).not.to.throw();
    expect(() => parallelMap(Math.sqrt, { pool: letterPool(1) })).not.to.throw();
  });

  for (const [options, ErrorClass, message] of wrongOptions)
    it(`refuses options at the call: ${message}`, () => {
      expect(() => parallelMap(upper, options as never)).to.throw(ErrorClass, message);
    });

  it('takes undefined for an option that is not given', () => {
    const config = { workers: undefined, pool: 'local', chunkSize: undefined, timeout: undefined, signal: undefined };

    expect(() => parallelMap(upper, config as never)).not.to.throw();
  });

  describe('workers', () => {
    it(
      'queues the items beyond them',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(1, { a: 4 });
        const source$ = hot('-a-b-----c-|');
        const expected = '   -----AB---C|';
        const runs = ['      -^---!', '-----^!', '---------^!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool }))).toBe(expected, PAIRS);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'bound a run on a larger pool',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-a-b-----c-|');
        const expected = '   -----AB---C|';

        expectObservable(source$.pipe(parallelMap(upper, { pool: letterPool(5, { a: 4 }), workers: 1 }))).toBe(
          expected,
          PAIRS,
        );
      }),
    );

    it(
      'above the size of the pool are as many as the pool has',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-a-b-----c-|');
        const expected = '   ----BA----C|';

        expectObservable(source$.pipe(parallelMap(upper, { pool: letterPool(2, { a: 4 }), workers: 99 }))).toBe(
          expected,
          PAIRS,
        );
      }),
    );

    it(
      'of two runs share the places of a pool',
      marbles(({ hot, expectObservable }) => {
        const pool = letterPool(1, { a: 4, b: 2 });

        expectObservable(hot('a----|').pipe(parallelMap(upper, { pool }))).toBe('----A|', PAIRS);
        expectObservable(hot('-b---|').pipe(parallelMap(upper, { pool }))).toBe('------(b|)', { b: [0, 'B'] });
      }),
    );

    it('of 0 run the task in this thread, one at a time, whatever the pool', async () => {
      const seen: string[] = [];
      const note = async (letter: string): Promise<string> => {
        seen.push(`${letter} starts`);
        await Promise.resolve();
        seen.push(`${letter} ends`);
        return letter;
      };

      for (const pool of [undefined, 'thread', 'process', 'local', letterPool(2)] as const) {
        seen.length = 0;
        const config = pool === undefined ? { workers: 0 } : { workers: 0, pool };
        await new Promise<void>((resolve, reject) => {
          of('a', 'b').pipe(parallelMap(note, config)).subscribe({ complete: resolve, error: reject });
        });
        expect(seen).to.deep.equal(['a starts', 'a ends', 'b starts', 'b ends']);
      }
    });
  });

  describe('args', () => {
    it(
      'come after the item',
      marbles(({ hot, expectObservable }) => {
        const join = (letter: string, more: string, times: number): string => letter + more.repeat(times);

        expectObservable(hot('-a-|').pipe(parallelMap(join, { pool: letterPool(1), args: ['x', 2] }))).toBe('--r|', {
          r: [0, 'axx'],
        });
      }),
    );
  });

  describe('ordered', () => {
    it(
      'emits in source order, and holds back what ends early',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-a-b-----c-|');
        const expected = '   -----(AB)-C|';

        expectObservable(source$.pipe(parallelMap(upper, { pool: letterPool(2, { a: 4 }), ordered: true }))).toBe(
          expected,
          PAIRS,
        );
      }),
    );

    it(
      'emits a result in the frame in which it comes, when its turn has come',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-ab--c-|');
        const expected = '   --AB--C|';

        expectObservable(source$.pipe(parallelMap(upper, { pool: letterPool(2), ordered: true }))).toBe(
          expected,
          PAIRS,
        );
      }),
    );
  });

  describe("onError: 'throw'", () => {
    it(
      'fails with the first error in time, and cancels the rest',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(3, { a: 9 });
        const source$ = hot('-ab-c--|');
        const sub = '        ^--!';
        const expected = '   ---#';
        const runs = ['      -^-!', '--^!'];

        expectObservable(source$.pipe(parallelMap(upperBut('b'), { pool }), errorsInBrief())).toBe(
          expected,
          PAIRS,
          'TaskError at 1: RangeError: b is bad',
        );
        expectSubscriptions(source$.subscriptions).toBe(sub);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'with ordered fails with the first by index: lower ones still come out, higher ones are cancelled',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(4, { a: 6, d: 2 });
        const source$ = hot('-abcd---|');
        const sub = '        ^---!';
        const expected = '   -------(AB#)';
        const runs = ['      -^-----!', '--^!', '---^!', '----(^!)'];

        expectObservable(source$.pipe(parallelMap(upperBut('c'), { pool, ordered: true }), errorsInBrief())).toBe(
          expected,
          PAIRS,
          'TaskError at 2: RangeError: c is bad',
        );
        expectSubscriptions(source$.subscriptions).toBe(sub);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'with ordered, an earlier index that fails later is the one that counts',
      marbles(({ hot, expectObservable }) => {
        const pool = letterPool(3, { a: 3, b: 5 });
        const source$ = hot('(abc)-----|');
        const expected = '   ---A-#';

        expectObservable(source$.pipe(parallelMap(upperBut('b', 'c'), { pool, ordered: true }), errorsInBrief())).toBe(
          expected,
          PAIRS,
          'TaskError at 1: RangeError: b is bad',
        );
      }),
    );

    it(
      'with ordered starts nothing behind the one that failed, not even of its own chunk',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(2, { a: 9, b: 1 });
        const source$ = cold('(abcde|)');
        const expected = '    ---------(AB#)';
        const runs = ['       ^--------!', '^!', '-^!'];

        expectObservable(
          source$.pipe(parallelMap(upperBut('c'), { pool, ordered: true, chunkSize: 3 }), errorsInBrief()),
        ).toBe(expected, PAIRS, 'TaskError at 2: RangeError: c is bad');
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );
  });

  describe("onError: 'return'", () => {
    const briefly = map(([index, result]: readonly [number, unknown]) => [
      index,
      result instanceof ParallelError ? inBrief(result) : result,
    ]);
    const values = { ...PAIRS, B: [1, 'TaskError at 1: RangeError: b is bad'] };

    it(
      'emits the error in place of the result',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-abc---|');
        const expected = '   ---BCA-|';

        expectObservable(
          source$.pipe(parallelMap(upperBut('b'), { pool: letterPool(3, { a: 4 }), onError: 'return' }), briefly),
        ).toBe(expected, values);
      }),
    );

    it(
      'keeps its turn when ordered',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-abc------|');
        const expected = '   -----(ABC)|';

        expectObservable(
          source$.pipe(
            parallelMap(upperBut('b'), { pool: letterPool(3, { a: 4 }), onError: 'return', ordered: true }),
            briefly,
          ),
        ).toBe(expected, values);
      }),
    );
  });

  describe("onError: 'skip'", () => {
    it(
      'drops the item',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-abc---|');
        const expected = '   ----CA-|';

        expectObservable(
          source$.pipe(parallelMap(upperBut('b'), { pool: letterPool(3, { a: 4 }), onError: 'skip' })),
        ).toBe(expected, PAIRS);
      }),
    );

    it(
      'leaves no gap that others wait for when ordered',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('-abc------|');
        const expected = '   -----(AC)-|';

        expectObservable(
          source$.pipe(parallelMap(upperBut('b'), { pool: letterPool(3, { a: 4 }), onError: 'skip', ordered: true })),
        ).toBe(expected, PAIRS);
      }),
    );

    it(
      'completes in the frame of the last failure',
      marbles(({ hot, expectObservable }) => {
        expectObservable(
          hot('a|').pipe(parallelMap(upperBut('a'), { pool: letterPool(1, { a: 4 }), onError: 'skip' })),
        ).toBe('----|');
      }),
    );
  });

  describe('chunkSize', () => {
    it(
      'gives a free worker up to so many waiting items',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(2, { a: 5, b: 5, c: 5, d: 5 });
        const source$ = cold('(abcd|)');
        const expected = '    -----(AB)-C----(D|)';
        const runs = ['       ^----!', '^----!', '-----^----!', '----------^----!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool, chunkSize: 3 }))).toBe(expected, PAIRS);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    for (const chunkSize of [1, 'auto'] as const)
      it(
        `of ${String(chunkSize)} sends the items of a virtual pool one by one`,
        marbles(({ cold, expectObservable }) => {
          const pool = letterPool(2, { a: 5, b: 5, c: 5, d: 5 });
          const source$ = cold('(abcd|)');
          const expected = '    -----(AB)-(CD|)';

          expectObservable(source$.pipe(parallelMap(upper, { pool, chunkSize }))).toBe(expected, PAIRS);
        }),
      );

    it(
      'makes no free worker wait for a chunk to fill',
      marbles(({ hot, expectObservable }) => {
        expectObservable(hot('-a-b-|').pipe(parallelMap(upper, { pool: letterPool(1), chunkSize: 3 }))).toBe(
          '--A-B|',
          PAIRS,
        );
      }),
    );

    it(
      'is 1 with pause',
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('(abc|)').pipe(parallelMap(upper, { pool: letterPool(3), chunkSize: 3, pause: 2 }))).toBe(
          '-A-B-(C|)',
          PAIRS,
        );
      }),
    );
  });

  describe('bufferSize', () => {
    it(
      'below the workers lowers the concurrency',
      marbles(({ cold, expectObservable }) => {
        expectObservable(
          cold('(abc|)').pipe(parallelMap(upper, { pool: letterPool(3, { a: 2, b: 2, c: 2 }), bufferSize: 1 })),
        ).toBe('--A-B-(C|)', PAIRS);
      }),
    );

    it(
      'counts results that are held back',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(2, { a: 9, c: 5 });
        const source$ = cold('(abc|)');
        const expected = '    ---------(AB)-(C|)';
        const runs = ['       ^--------!', '^!', '---------^----!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool, ordered: true, bufferSize: 2 }))).toBe(
          expected,
          PAIRS,
        );
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'cuts chunks no larger than there is room',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(1, { a: 5 });
        const source$ = cold('(abcd|)');
        const expected = '    -----ABC(D|)';
        const runs = ['       ^----!', '-----^!', '------^!', '-------^!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool, chunkSize: 3, bufferSize: 2 }))).toBe(expected, PAIRS);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'is exceeded by an Observable, unless overflow says that this is an error',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source$ = hot(' abc---d|');
        const buffered = '    ---A--B--C--(D|)';
        const overflown = '   --#';
        const subscription = '^-!';
        const options = { bufferSize: 2 };
        const slow = { a: 3, b: 3, c: 3, d: 3 };

        expectObservable(source$.pipe(parallelMap(upper, { ...options, pool: letterPool(1, slow) }))).toBe(
          buffered,
          PAIRS,
        );
        expectObservable(
          source$.pipe(parallelMap(upper, { ...options, pool: letterPool(1, slow), overflow: 'error' })),
        ).toBe(
          overflown,
          PAIRS,
          new RangeError(
            'the source has emitted while all of bufferSize, 2, was taken: set overflow to "buffer", or give parallel$ an iterable or an async iterable, which is pulled',
          ),
        );
        expectSubscriptions(source$.subscriptions).toBe(['^------!', subscription]);
      }),
    );

    it(
      'is no error where there is room again, nor for what is pulled',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot(' ab-c|');
        const expected = '    --A-B(C|)';
        const options = { bufferSize: 2, overflow: 'error' } as const;
        const pool = (): VirtualPool => letterPool(2, { a: 2, b: 3, c: 2 });

        expectObservable(source$.pipe(parallelMap(upper, { ...options, pool: pool() }))).toBe(expected, PAIRS);
        expectObservable(parallel$(upper, ['a', 'b', 'c'], { ...options, pool: pool() })).toBe('--AB(C|)', PAIRS);
      }),
    );

    it('of Infinity is no bound', () => {
      expect(() => parallelMap(upper, { pool: 'local', bufferSize: Infinity })).not.to.throw();
    });
  });

  describe('pause', () => {
    it(
      'keeps starts apart; the first goes at once, and nothing is waited for after the last',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(3);
        const source$ = cold('(abc|)');
        const expected = '    -A-B-(C|)';
        const runs = ['       ^!', '--^!', '----^!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool, pause: 2 }))).toBe(expected, PAIRS);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'delays no start that is late enough',
      marbles(({ hot, expectObservable }) => {
        const source$ = hot('a----b-c---|');
        const expected = '   -A----B--C-|';

        expectObservable(source$.pipe(parallelMap(upper, { pool: letterPool(2), pause: 3 }))).toBe(expected, PAIRS);
      }),
    );

    it(
      'counts from a start, not from a result',
      marbles(({ cold, expectObservable }) => {
        expectObservable(
          cold('(abc|)').pipe(parallelMap(upper, { pool: letterPool(1, { a: 4, b: 1 }), pause: 2 })),
        ).toBe('----AB-(C|)', PAIRS);
      }),
    );

    it(
      'ends with the subscription',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(2);

        expectObservable(cold('(ab|)').pipe(parallelMap(upper, { pool, pause: 9 })), '^---!').toBe('-A', PAIRS);
        expectSubscriptions(pool.runs).toBe(['^!']);
      }),
    );
  });

  describe('timeout', () => {
    const late = 'TaskTimeoutError at 0: undefined';

    it(
      'fails an item that runs longer, and frees its worker',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(1, { a: 9 });
        const source$ = cold('(ab|)');
        const expected = '    ---A(B|)';
        const runs = ['       ^--!', '---^!'];

        expectObservable(
          source$.pipe(
            parallelMap(upper, { pool, timeout: 3, onError: 'return' }),
            map(([index, result]) => [index, result instanceof ParallelError ? inBrief(result) : result]),
          ),
        ).toBe(expected, { ...PAIRS, A: [0, late] });
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'counts from the start of an item, not from its place in the queue',
      marbles(({ cold, expectObservable }) => {
        expectObservable(
          cold('(abc|)').pipe(
            parallelMap(upper, { pool: letterPool(1, { a: 2, b: 2, c: 2 }), timeout: 3, chunkSize: 3 }),
          ),
        ).toBe('--A-B-(C|)', PAIRS);
      }),
    );

    it(
      'as long as the item takes lets it pass',
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('(a|)').pipe(parallelMap(upper, { pool: letterPool(1, { a: 3 }), timeout: 3 }))).toBe(
          '---(A|)',
          PAIRS,
        );
      }),
    );

    it(
      'of Infinity is none',
      marbles(({ cold, expectObservable }) => {
        expectObservable(
          cold('(a|)').pipe(parallelMap(upper, { pool: letterPool(1, { a: 3 }), timeout: Infinity })),
        ).toBe('---(A|)', PAIRS);
      }),
    );

    it(
      'counts each step of a generator',
      marbles(({ cold, expectObservable }) => {
        const pool = new VirtualPool({ workers: 1, duration: 2 });
        const steps = function* (): Generator<string> {
          yield 'x';
          yield 'y';
        };
        const values = { x: [0, 'x'], y: [0, 'y'] };

        expectObservable(cold('(a|)').pipe(parallelMap(steps, { pool, timeout: 2 }))).toBe('--x-(y|)', values);
        expectObservable(cold('(a|)').pipe(parallelMap(steps, { pool, timeout: 1 }), errorsInBrief())).toBe(
          '-----#',
          values,
          late,
        );
      }),
    );
  });

  describe('signal', () => {
    const abortAt = (frame$: Observable<unknown>, reason?: unknown): AbortSignal => {
      const controller = new AbortController();
      record(
        frame$.pipe(
          tap(() => {
            controller.abort(reason);
          }),
        ),
      );
      return controller.signal;
    };

    it(
      'ends the run with its reason, unwrapped',
      marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(2, { b: 9 });
        const source$ = hot('-ab-----|');
        const signal = abortAt(cold('----x'), 'enough');
        const expected = '   --A-#';
        const runs = ['      -^!', '--^-!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool, signal }))).toBe(expected, PAIRS, 'enough');
        expectSubscriptions(source$.subscriptions).toBe('^---!');
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'that is aborted already leaves the source alone',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(2);
        const source$ = cold('a|');
        const signal = AbortSignal.abort('enough');

        expectObservable(source$.pipe(parallelMap(upper, { pool, signal }))).toBe('#', undefined, 'enough');
        expectSubscriptions(source$.subscriptions).toBe([]);
        expectSubscriptions(pool.runs).toBe([]);
      }),
    );

    it(
      'that aborts after the end says nothing',
      marbles(({ hot, cold, expectObservable }) => {
        const signal = abortAt(cold('----x'));

        expectObservable(hot('a-|').pipe(parallelMap(upper, { pool: letterPool(1), signal }))).toBe('-A|', PAIRS);
      }),
    );
  });

  describe('progress', () => {
    it(
      'is told at most every 100 ms, on a settlement, and once at the end',
      marbles(({ cold, expectObservable, flush }) => {
        const calls: Progress[] = [];
        const pool = new VirtualPool({ workers: 1, duration: 60 });

        expectObservable(
          cold('(abcd|)').pipe(parallelMap(upper, { pool, total: 4, progress: (now) => calls.push(now) })),
        ).toBe('60ms A 59ms B 59ms C 59ms (D|)', PAIRS);
        flush();
        expect(calls).to.deep.equal([
          { done: 1, failed: 0, total: 4, perSecond: 1000 / 60, elapsedMs: 60, etaMs: 180 },
          { done: 3, failed: 0, total: 4, perSecond: 3000 / 180, elapsedMs: 180, etaMs: 1000 / (3000 / 180) },
          { done: 4, failed: 0, total: 4, perSecond: 4000 / 240, elapsedMs: 240, etaMs: 0 },
        ]);
      }),
    );

    it(
      'knows neither total nor time left of an Observable',
      marbles(({ cold, expectObservable, flush }) => {
        const calls: Progress[] = [];

        expectObservable(
          cold('(a|)').pipe(parallelMap(upper, { pool: letterPool(1), progress: (now) => calls.push(now) })),
        ).toBe('-(A|)', PAIRS);
        flush();
        expect(calls[0]).to.deep.equal({
          done: 1,
          failed: 0,
          total: undefined,
          perSecond: 1000,
          elapsedMs: 1,
          etaMs: undefined,
        });
      }),
    );

    for (const onError of ['return', 'skip'] as const)
      it(
        `counts what failed with onError '${onError}'`,
        marbles(({ cold, expectObservable, flush }) => {
          const calls: Progress[] = [];
          const config = { pool: letterPool(1), onError, progress: (now: Progress) => calls.push(now) };

          expectObservable(
            cold('(abc|)').pipe(
              parallelMap(upperBut('a', 'c'), config),
              map(([index]) => String(index)),
            ),
          ).toBe(onError === 'skip' ? '--1|' : '-01(2|)');
          flush();
          expect(calls.at(-1)).to.include({ done: 3, failed: 2 });
        }),
      );

    for (const ordered of [false, true])
      it(
        `is told once at the end of a run that fails, before the error comes, with ordered: ${String(ordered)}`,
        marbles(({ cold, flush }) => {
          const log: unknown[] = [];

          cold('(abc|)')
            .pipe(parallelMap(upperBut('b'), { pool: letterPool(1), ordered, progress: ({ done }) => log.push(done) }))
            .subscribe({ error: () => log.push('error') });
          flush();
          expect(log).to.deep.equal([1, 2, 'error']);
        }),
      );

    it(
      'that throws fails the run',
      marbles(({ cold, expectObservable }) => {
        const progress = (): never => {
          throw new Error('no');
        };

        expectObservable(
          cold('(ab|)').pipe(parallelMap(upper, { pool: letterPool(1), progress }), errorsInBrief()),
        ).toBe('-#', PAIRS, 'Error: no');
      }),
    );
  });

  it('takes each form of retry, and progress', () => {
    const forms = [0, 2, Infinity, {}, { count: 0 }, { count: Infinity, delay: 5 }, { delay: () => EMPTY }];

    for (const retry of [undefined, ...forms, { count: undefined, delay: undefined }])
      expect(() => parallelMap(upper, { retry } as never)).not.to.throw();
    for (const progress of [true, false, () => undefined])
      expect(() => parallelMap(upper, { progress })).not.to.throw();
  });

  it('draws a bar or none, and gives the results all the same', () => {
    const { CI } = process.env;
    process.env.CI = '1';
    try {
      for (const progress of [true, false])
        expect(record(of('a').pipe(parallelMap(upper, { pool: 'local', progress })))).to.deep.include({
          values: [[0, 'A']],
          errors: [],
          completions: 1,
        });
    } finally {
      if (CI === undefined) delete process.env.CI;
      else process.env.CI = CI;
    }
  });

  it('sends items one by one that are moved, that start at intervals, or to a pool that sends nothing', () => {
    const sizes = (sends: boolean, options: object): unknown => {
      const pool = Object.assign(new HandPool(1), { sends });
      record(parallel$(upper, Array.from('abcdefgh'), { pool, ...options }));
      pool.answers[0]?.({ from: 0, values: pool.jobs[0]?.items ?? [], tookMs: 0.1 });
      pool.ends[0]?.();
      return pool.jobs.map(({ items }) => items.length);
    };

    expect(sizes(true, {})).to.deep.equal([1, 4]);
    expect(sizes(false, {})).to.deep.equal([1, 1]);
    expect(sizes(true, { chunkSize: 3 })).to.deep.equal([3, 3]);
    expect(sizes(false, { chunkSize: 3 })).to.deep.equal([3, 3]);
    for (const options of [{ transfer: () => [] }, { timeout: 9, retry: 1 }])
      expect(sizes(true, { chunkSize: 3, ...options })).to.deep.equal([1, 1]);
    expect(sizes(true, { chunkSize: 3, pause: 1 })).to.deep.equal([1, 1]);
  });

  it('sends several items of a key together only where the next one cannot go before one that is tried again', () => {
    const sent = (partitionBy: (letter: string) => unknown, options: object = {}, ofPool: object = {}): unknown => {
      const pool = Object.assign(new HandPool(1), { sends: true, ...ofPool });
      record(parallel$(upper, Array.from('abababcc'), { pool, chunkSize: 6, partitionBy, ...options }));
      return pool.jobs.map(({ items }) => items.join(''));
    };
    const letter = (one: string): string => one;
    const same = (): string => 'same';

    const stops = { stopsAtCrash: true };
    for (const [options, ofPool] of [
      [{}, stops],
      [{ crashRetries: 0 }, {}],
      [{}, { crashes: false }],
    ]) {
      expect(sent(letter, options, ofPool)).to.deep.equal(['ababab']);
      expect(sent(same, options, ofPool)).to.deep.equal(['ababab']);
    }
    for (const [options, ofPool] of [
      [{}, {}],
      [{ retry: 1 }, stops],
      [{ timeout: 9 }, stops],
    ]) {
      expect(sent(letter, options, ofPool)).to.deep.equal(['ab']);
      expect(sent(same, options, ofPool)).to.deep.equal(['a']);
    }
  });

  it('refuses what cannot be sent where the pool sends, at the call', () => {
    const sending = Object.assign(new HandPool(1), { sends: true });

    expect(() => parallelMap(Math.sqrt, { pool: sending })).to.throw(TypeError, 'a native or bound function');
    expect(() => parallelMap(Math.sqrt, { pool: sending, workers: 0 })).not.to.throw();
    expect(() => parallelMap(Math.sqrt, { pool: new HandPool(1) })).not.to.throw();
    expect(() => parallelMap(Math.sqrt, { pool: Object.assign(new HandPool(1), { sends: false }) })).not.to.throw();
  });

  it('runs what has gone down with a worker once more, but where it was moved, or no worker can die', () => {
    const dead = new WorkerCrashError('dead');
    for (const [options, jobs] of [
      [{ pool: new HandPool(1) }, 2],
      [{ pool: new HandPool(1), crashRetries: 0 }, 1],
      [{ pool: new HandPool(1), transfer: () => [] }, 1],
      [{ pool: Object.assign(new HandPool(1), { crashes: true }) }, 2],
      [{ pool: Object.assign(new HandPool(1), { crashes: false }) }, 1],
    ] as const) {
      const { pool } = options;
      record(of('a').pipe(parallelMap(upper, options)));
      pool.answers[0]?.({ from: 0, values: [''], errors: [[0, dead]] });
      pool.ends[0]?.();
      expect(pool.jobs.map(({ attempt }) => attempt)).to.deep.equal([1, 2].slice(0, jobs));
    }
  });

  it('calls the task with the item and args, and nothing else', () => {
    const given = (...all: readonly unknown[]): readonly unknown[] => all;

    for (const [args, all] of [
      [undefined, ['a']],
      [[], ['a']],
      [
        [1, 2],
        ['a', 1, 2],
      ],
    ] as const) {
      const config = { pool: 'local', ...(args && { args }) } as never;
      expect(record(of('a').pipe(parallelMap(given as (item: string) => unknown, config))).values).to.deep.equal([
        [0, all],
      ]);
    }
  });

  describe("chunkSize 'auto'", () => {
    it('learns from each job how long its items take, and goes on with larger chunks', () => {
      const pool = Object.assign(new HandPool(1), { sends: true });
      record(parallel$(upper, Array.from('abcdefghijklmnopqrstuvwxyz'), { pool }));
      const answer = (tookMs?: number): void => {
        const nth = pool.jobs.length - 1;
        const values = pool.jobs[nth]?.items ?? [];
        pool.answers[nth]?.({ from: 0, values, ...(tookMs === undefined ? {} : { tookMs, sentMs: 0 }) });
        pool.ends[nth]?.();
      };
      answer(undefined);
      answer(0.1);
      answer(0.8);

      expect(pool.jobs.map(({ items }) => items.join(''))).to.deep.equal(['a', 'b', 'cdefghij', 'klmnopqr']);
    });
  });

  describe('partitionBy', () => {
    // Of the letters a and b is one key, of the others another.
    const partitionBy = (letter: string): boolean => letter < 'c';

    it(
      'runs items of one key one at a time, in order, and those of others beside them',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(3, { a: 4, b: 1, c: 2, d: 1 });
        const source$ = cold('(abcd|)');
        const expected = '    --CDA(B|)';
        const runs = ['       ^---!', '^-!', '--^!', '----^!'];

        expectObservable(source$.pipe(parallelMap(upper, { pool, partitionBy }))).toBe(expected, PAIRS);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'does not let a slow key hold up others',
      marbles(({ hot, expectObservable }) => {
        const pool = letterPool(2, { a: 9 });
        const source$ = hot(' ab-c-d|');
        const expected = '   ----C-D--A(B|)';

        expectObservable(source$.pipe(parallelMap(upper, { pool, partitionBy }))).toBe(expected, PAIRS);
      }),
    );

    it(
      'goes together with order',
      marbles(({ cold, expectObservable }) => {
        const pool = letterPool(3, { a: 4, c: 2 });
        expectObservable(cold('(abc|)').pipe(parallelMap(upper, { pool, partitionBy, ordered: true }))).toBe(
          '----A(BC|)',
          PAIRS,
        );
      }),
    );

    it(
      'counts items that wait for their key against bufferSize',
      marbles(({ expectObservable, flush }) => {
        const naturals = new Naturals();
        const pool = new VirtualPool({ workers: 2, duration: 5 });
        const key = (n: number): boolean => n < 100;

        expectObservable(
          parallel$((n: number) => n, naturals, { pool, partitionBy: key, bufferSize: 3 }).pipe(take(1)),
        ).toBe('-----(a|)', { a: [0, 0] });
        expect(naturals.reads).to.equal(0);
        flush();
        expect(naturals.reads).to.equal(3);
      }),
    );

    it(
      'holds as many items as come, so that a key in the way is in the way of no other',
      marbles(({ expectObservable }) => {
        const pool = new VirtualPool({ workers: 2, duration: 2 });
        const pushed$ = range(0, 201);
        const last$ = pushed$.pipe(
          parallelMap((n) => n, { pool, partitionBy: (n) => n === 200 }),
          filter(([index]) => index === 200),
        );

        expectObservable(last$, '^-----!').toBe('--a', { a: [200, 200] });
      }),
    );

    it('that throws says so, and of which item', () => {
      const bad = (): never => {
        throw new RangeError('no key');
      };
      const { errors } = record(parallel$(upper, ['a'], { pool: 'local', partitionBy: bad }));

      expect(errors[0]).to.be.instanceOf(TaskError).with.property('message', 'partitionBy failed on item 0: no key');
      expect(errors[0]).to.deep.include({ index: 0, item: 'a', attempts: 1 });
    });

    it(
      'that throws is an error of that item',
      marbles(({ cold, expectObservable }) => {
        const bad = (letter: string): string => {
          if (letter === 'b') throw new RangeError('no key');
          return letter;
        };
        const config = { pool: letterPool(1), partitionBy: bad };

        expectObservable(cold('(abc|)').pipe(parallelMap(upper, { ...config, onError: 'skip' }))).toBe('-A(C|)', PAIRS);
        expectObservable(
          cold('(bc|)').pipe(parallelMap(upper, { ...config, pool: letterPool(1) }), errorsInBrief()),
        ).toBe('#', PAIRS, 'TaskError at 0: RangeError: no key');
      }),
    );

    it('runs a hundred thousand items of one key without a stack of them', async () => {
      const items = Array.from({ length: 100_000 }, (_, n) => n);
      const results = await lastValueFrom(
        parallel$((n: number) => n, items, { pool: 'local', partitionBy: () => 1 }).pipe(count()),
      );
      expect(results).to.equal(items.length);
    });
  });

  describe('transfer', () => {
    it(
      'moves what it names to the worker, item by item',
      marbles(({ expectObservable, flush }) => {
        const buffers = [new ArrayBuffer(2), new ArrayBuffer(3), new ArrayBuffer(4)];
        const pool = new VirtualPool({ workers: 1, duration: 1 });

        expectObservable(
          from(buffers).pipe(
            parallelMap((buffer: ArrayBuffer) => buffer.byteLength, {
              pool,
              chunkSize: 3,
              transfer: (buffer) => [buffer],
            }),
          ),
        ).toBe('-ab(c|)', { a: [0, 2], b: [1, 3], c: [2, 4] });
        flush();
        expect(buffers.map(({ byteLength }) => byteLength)).to.deep.equal([0, 0, 0]);
      }),
    );

    it('that gives no list is an error of the item', async () => {
      const transfer = (() => undefined) as never;
      const [error] = await firstValueFrom(
        of('a').pipe(
          parallelMap(upper, { pool: 'local', transfer, onError: 'return' }),
          map(([, result]) => result),
          toArray(),
        ),
      );
      expect(error)
        .to.be.instanceOf(TaskError)
        .with.property('cause')
        .that.is.instanceOf(TypeError)
        .with.property('message', 'transfer must return an array, not undefined');
    });
  });

  describe('scheduler', () => {
    it('is the clock of pause, timeout and progress', () => {
      const scheduler = new VirtualTimeScheduler();
      const frames: number[] = [];
      const elapsed: number[] = [];
      const pool = letterPool(2, { c: 9 });

      record(
        of('a', 'b', 'c').pipe(
          parallelMap(upper, {
            pool,
            scheduler,
            pause: 5,
            timeout: 4,
            onError: 'return',
            progress: ({ elapsedMs }) => elapsed.push(elapsedMs),
          }),
          tap(() => frames.push(scheduler.frame)),
        ),
      );
      expect(frames).to.deep.equal([]);
      scheduler.flush();
      expect(frames).to.deep.equal([1, 6, 14]);
      expect(elapsed).to.deep.equal([1, 14]);
    });
  });

  describe('a generator', () => {
    const twice = function* (letter: string): Generator<string, string> {
      yield `${letter}1`;
      yield `${letter}2`;
      return 'ignored';
    };
    const values = { p: [0, 'a1'], q: [0, 'a2'], r: [1, 'b1'], s: [1, 'b2'] };

    it(
      'emits a pair per yield, and holds its worker until it ends',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const pool = new VirtualPool({ workers: 1, duration: 2 });
        const source$ = hot('-a--b---|');
        const expected = '   ---p-q-r-(s|)';
        const runs = ['      -^---!', '-----^---!'];

        expectObservable(source$.pipe(parallelMap(twice, { pool }))).toBe(expected, values);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'runs one yield ahead of its turn when ordered',
      marbles(({ hot, expectObservable, expectSubscriptions }) => {
        const pool = letterPool(2, { a: 3, b: 4 });
        const source$ = hot('-ab---------|');
        const expected = '   ----p--(qr)s|';
        const runs = ['      -^-----!', '--^--------!'];

        expectObservable(source$.pipe(parallelMap(twice, { pool, ordered: true }))).toBe(expected, values);
        expectSubscriptions(pool.runs).toBe(runs);
      }),
    );

    it(
      'may stand anywhere in a chunk when ordered',
      marbles(({ cold, expectObservable }) => {
        const sometimes = (letter: string): string | Generator<string> =>
          letter === 'b' || letter === 'c' ? twice(letter) : upper(letter);
        const results = { A: [0, 'A'], r: [1, 'b1'], s: [1, 'b2'], t: [2, 'c1'], u: [2, 'c2'], D: [3, 'D'] };
        const run = (workers: number, chunkSize: number): Observable<unknown> =>
          cold('(abcd|)').pipe(
            parallelMap(sometimes, { pool: new VirtualPool({ workers, duration: 5 }), ordered: true, chunkSize }),
          );

        expectObservable(run(1, 1)).toBe('5ms A 4ms r 4ms s 4ms t 4ms u 4ms (D|)', results);
        expectObservable(run(1, 3)).toBe('5ms A 4ms r 4ms s 4ms t 4ms u 4ms (D|)', results);
        expectObservable(run(2, 3)).toBe('5ms (Ar) 1ms (st) 1ms u 4ms (D|)', results);
      }),
    );

    it(
      'runs its finally on unsubscribe, once',
      marbles(({ hot, expectObservable, flush }) => {
        const ended: string[] = [];
        const endless = function* (letter: string): Generator<string> {
          try {
            for (;;) yield letter;
          } finally {
            ended.push(letter);
          }
        };

        expectObservable(
          hot('a-').pipe(parallelMap(endless, { pool: new VirtualPool({ workers: 1, duration: 2 }) }), take(2)),
        ).toBe('--a-(a|)', { a: [0, 'a'] });
        flush();
        expect(ended).to.deep.equal(['a']);
      }),
    );

    it(
      'that throws has emitted what it had yielded',
      marbles(({ hot, expectObservable }) => {
        const failing = function* (letter: string): Generator<string> {
          yield letter;
          throw new RangeError('no more');
        };
        const pool = new VirtualPool({ workers: 1, duration: 2 });

        expectObservable(hot('a-b|').pipe(parallelMap(failing, { pool }), errorsInBrief())).toBe(
          '--a-#',
          { a: [0, 'a'] },
          'TaskError at 0: RangeError: no more',
        );
        expectObservable(
          hot('a-b|').pipe(
            parallelMap(failing, { pool: new VirtualPool({ workers: 1, duration: 2 }), onError: 'skip' }),
          ),
        ).toBe('--a---b-|', { a: [0, 'a'], b: [1, 'b'] });
      }),
    );

    it(
      'is no array: an array is a result',
      marbles(({ hot, expectObservable }) => {
        expectObservable(hot('a|').pipe(parallelMap((letter: string) => [letter], { pool: letterPool(1) }))).toBe(
          '-(a|)',
          { a: [0, ['a']] },
        );
      }),
    );
  });

  describe('sources', () => {
    it(
      'of another library work, by Symbol.observable',
      marbles(({ cold, expectObservable }) => {
        const foreign = { [observable]: () => cold('-ab|') };

        expectObservable(from(foreign as never).pipe(parallelMap(upper, { pool: letterPool(2) }))).toBe(
          '--A(B|)',
          PAIRS,
        );
        expectObservable(parallelMap(upper, { pool: letterPool(2) })(foreign as never)).toBe('--A(B|)', PAIRS);
      }),
    );

    it('that are pushed into from downstream lose nothing, reorder nothing and start nothing twice', () => {
      for (const pool of [new LocalPool(), new LocalPool({ workers: 3 })]) {
        const source$ = new Subject<number>();
        const started: number[] = [];
        const task = (n: number): number => {
          started.push(n);
          return n;
        };
        const { values } = record(
          source$.pipe(
            parallelMap(task, { pool }),
            tap(([, n]) => {
              if (n < 3) source$.next(n + 1);
            }),
          ),
        );

        source$.next(0);
        expect(started).to.deep.equal([0, 1, 2, 3]);
        expect(values).to.deep.equal([
          [0, 0],
          [1, 1],
          [2, 2],
          [3, 3],
        ]);
      }
    });
  });

  it('emits synchronously where the task is synchronous and the pool this thread', () => {
    const { values, completions } = record(of(1, 2).pipe(parallelMap((n: number) => n * 2, { pool: 'local' })));

    expect(values).to.deep.equal([
      [0, 2],
      [1, 4],
    ]);
    expect(completions).to.equal(1);
  });
});
