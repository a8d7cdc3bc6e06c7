import { expect } from 'chai';
import {
  catchError,
  concatMap,
  exhaustMap,
  lastValueFrom,
  mergeMap,
  of,
  switchMap,
  take,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { pooled$ } from '../../src/operators/pooledObservable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { QueueFullError } from '../../src/tasks/errors/errors.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { errorsInBrief, letterPool, PAIRS, upper, upperBut } from '../support/virtual.ts';

/** Shows a refused call as `x`. */
const refusalAsX = (call$: Observable<string>): Observable<string> =>
  call$.pipe(
    catchError((error: unknown) => {
      expect(error).to.be.instanceOf(QueueFullError);
      return of('x');
    }),
  );

describe('pooled$', () => {
  it(
    'runs calls in the order in which they came, as workers are free',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 4, c: 3 });
      const upper$ = pooled$(upper, { pool });

      const calls$ = hot('-ab-cd|').pipe(mergeMap((letter) => upper$(letter)));
      const expected = '  ---B-AD(C|)';
      const runs = ['     -^---!', '--^!', '----^--!', '-----^!'];

      expectObservable(calls$).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'takes the highest priority first, and those of one priority as they came',
    marbles(({ hot, expectObservable }) => {
      const upper$ = pooled$(upper, { pool: letterPool(1), priority: 1 });
      const priorities: Record<string, number> = { c: -1, d: 5, f: 5 };
      const calls$ = hot('(abcdef|)').pipe(
        mergeMap((letter) => {
          const priority = priorities[letter];
          return upper$(letter, priority === undefined ? {} : { priority });
        }),
      );

      expectObservable(calls$).toBe('-ADFBE(C|)');
    }),
  );

  it(
    'goes before the items of a run, and before the calls of another function, by its priority',
    marbles(({ cold, hot, expectObservable }) => {
      const pool = letterPool(1, { a: 4 });
      const low$ = pooled$(upper, { pool, priority: -1 });
      const high$ = pooled$(upper, { pool, priority: 1 });
      const callsOf = (letters: string, f$: typeof low$): Observable<string> =>
        hot(letters).pipe(mergeMap((letter) => f$(letter)));

      expectObservable(cold('(a|)').pipe(parallelMap(upper, { pool }))).toBe('----(A|)', PAIRS);
      expectObservable(callsOf('-p|', low$)).toBe('-------(P|)');
      expectObservable(cold('--b|').pipe(parallelMap(upper, { pool }))).toBe('------(A|)', { A: [0, 'B'] });
      expectObservable(callsOf('---x|', high$)).toBe('-----(X|)');
    }),
  );

  it(
    'refuses a call where as many wait as may, and no worker is free',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1, { a: 10 });
      const upper$ = pooled$(upper, { pool, maxQueue: 2 });

      const calls$ = hot('abcd---------ef|').pipe(mergeMap((letter) => refusalAsX(upper$(letter))));
      const expected = '  ---x------ABC-E(F|)';
      const runs = ['     ^---------!', '----------^!', '-----------^!', '-------------^!', '--------------^!'];

      expectObservable(calls$).toBe(expected);
      expectSubscriptions(pool.runs).toBe(runs);
    }),
  );

  it(
    'takes a call with a queue of none only where a worker is free',
    marbles(({ hot, expectObservable }) => {
      const upper$ = pooled$(upper, { pool: letterPool(2, { a: 5, b: 6, d: 2 }), maxQueue: 0 });

      const calls$ = hot('abc---d--|').pipe(mergeMap((letter) => refusalAsX(upper$(letter))));
      const expected = '  --x--A-BD|';

      expectObservable(calls$).toBe(expected);
    }),
  );

  it(
    'refuses a call that has waited for as long as it may, and none that has begun',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1, { a: 7, c: 9 });
      const upper$ = pooled$(upper, { pool, maxWait: 4 });

      const calls$ = hot('ab--c|').pipe(mergeMap((letter) => refusalAsX(upper$(letter))));
      const expected = '  -----x-A--------(C|)';

      expectObservable(calls$).toBe(expected);
      expectSubscriptions(pool.runs).toBe(['^------!', '-------^--------!']);
    }),
  );

  it(
    'refuses a call that waits for a run of others to end, too',
    marbles(({ cold, hot, expectObservable }) => {
      const pool = letterPool(1, { a: 9 });
      const upper$ = pooled$(upper, { pool, maxWait: 3 });

      expectObservable(cold('(a|)').pipe(parallelMap(upper, { pool }))).toBe('---------(A|)', PAIRS);
      expectObservable(hot('-b---|').pipe(mergeMap((letter) => refusalAsX(upper$(letter))))).toBe('----x|');
    }),
  );

  it(
    'leaves the queue, or stops the task, when it is unsubscribed from',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1, { a: 4, b: 4, c: 2 });
      const upper$ = pooled$(upper, { pool });

      expectObservable(hot('a-b--c|').pipe(switchMap((letter) => upper$(letter)))).toBe('-------(C|)');
      expectSubscriptions(pool.runs).toBe(['^-!', '--^--!', '-----^-!']);

      const other = letterPool(1, { a: 4 });
      const other$ = pooled$(upper, { pool: other });
      expectObservable(other$('a')).toBe('----(A|)');
      expectObservable(other$('b'), '--^!').toBe('---');
      expectObservable(other$('c')).toBe('-----(C|)');
      expectSubscriptions(other.runs).toBe(['^---!', '----^!']);
    }),
  );

  it(
    'is for concatMap and exhaustMap, too: nothing runs before it is subscribed to',
    marbles(({ hot, expectObservable }) => {
      const upper$ = pooled$(upper, { pool: letterPool(2, { a: 3 }) });

      expectObservable(hot('ab---|').pipe(concatMap((letter) => upper$(letter)))).toBe('---AB|');
      expectObservable(hot('ab---c|').pipe(exhaustMap((letter) => upper$(letter)))).toBe('---A--(C|)');
    }),
  );

  it(
    'gives each yield of a generator, and ends with it',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = new VirtualPool({ workers: 1, duration: 2 });
      const spell$ = pooled$(
        function* (word: string) {
          yield* word;
        },
        { pool },
      );

      expectObservable(spell$('abc')).toBe('--a-b-(c|)');
      expectObservable(spell$('de')).toBe('--------d-(e|)');
      expectSubscriptions(pool.runs).toBe(['^-----!', '------^---!']);
    }),
  );

  it('asks a generator for no more than was wanted, also where it gives all at once', async () => {
    const pool = new LocalPool({ workers: 1 });
    let given = 0;
    let left = 0;
    const naturals$ = pooled$(
      function* (first: number) {
        try {
          for (let n = first; ; n += 1) {
            given += 1;
            yield n;
          }
        } finally {
          left += 1;
        }
      },
      { pool },
    );

    const taken = [naturals$(0).pipe(take(3), toArray()), naturals$(7).pipe(take(2), toArray())].map((few$) =>
      lastValueFrom(few$),
    );
    expect(await Promise.all(taken)).to.deep.equal([
      [0, 1, 2],
      [7, 8],
    ]);
    await pool.close();
    expect([given, left]).to.deep.equal([5, 2]);
  });

  it(
    'fails with the error of its task, after as many tries as `retry` says, before the calls that wait',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const pool = letterPool(1);
      const upper$ = pooled$(upperBut('b'), { pool, retry: { count: 1, delay: 2 } });
      const calls$ = hot('(abcde|)').pipe(
        mergeMap((letter) => upper$(letter)),
        errorsInBrief(),
      );

      expectObservable(calls$).toBe('-A-CD#', undefined, 'TaskError at 1: RangeError: b is bad');
      expectSubscriptions(pool.runs).toBe(['^!', '-^!', '--^!', '---^!', '----^!']);
    }),
  );

  it(
    'tries a call without a delay again before those that wait',
    marbles(({ hot, expectObservable }) => {
      const upper$ = pooled$(upperBut('a'), { pool: letterPool(1), retry: 2 });
      const calls$ = hot('(ab|)').pipe(mergeMap((letter) => upper$(letter).pipe(catchError(() => of('x')))));

      expectObservable(calls$).toBe('---x(B|)');
    }),
  );

  it(
    'never refuses a call that is tried again',
    marbles(({ hot, expectObservable }) => {
      const pool = letterPool(1, { a: 1, b: 6 });
      let tries = 0;
      const flaky = (letter: string): string => {
        if (letter === 'a' && (tries += 1) === 1) throw new Error('once');
        return letter.toUpperCase();
      };
      const flaky$ = pooled$(flaky, { pool, retry: { count: 1, delay: 1 }, maxQueue: 1, maxWait: 2 });

      expectObservable(hot('ab|').pipe(mergeMap((letter) => refusalAsX(flaky$(letter))))).toBe('-------B(A|)');
    }),
  );

  it(
    'fails when the task runs longer than the timeout of the call, or of the function',
    marbles(({ expectObservable }) => {
      const upper$ = pooled$(upper, { pool: letterPool(4, { a: 5, b: 9 }), timeout: 6 });
      const brief = (call$: Observable<string>): Observable<string> => call$.pipe(errorsInBrief());

      expectObservable(brief(upper$('a'))).toBe('-----(A|)');
      expectObservable(brief(upper$('b'))).toBe('------#', undefined, 'TaskTimeoutError at 1: undefined');
      expectObservable(brief(upper$('a', { timeout: 3 }))).toBe('---#', undefined, 'TaskTimeoutError at 2: undefined');
      expectObservable(brief(upper$('b', { timeout: Infinity }))).toBe('---------(B|)');
    }),
  );

  it(
    'fails what waits, what runs and what is about to be tried again when the pool is closed',
    marbles(({ expectObservable, flush }) => {
      const pool = letterPool(1, { b: 9 });
      const upper$ = pooled$(upperBut('a'), { pool, retry: { count: 9, delay: 30 } });
      const seen = ['a', 'b', 'c'].map((letter) => record(upper$(letter)));
      const closing$ = timer(4);
      closing$.subscribe(() => void pool.close());
      expectObservable(closing$).toBe('----(0|)', [0]);
      flush();

      expect(seen.flatMap(({ errors }) => errors.map((error) => (error as Error).name))).to.deep.equal([
        'PoolClosedError',
        'PoolClosedError',
        'PoolClosedError',
      ]);
    }),
  );
});
