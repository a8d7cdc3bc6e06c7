import { expect } from 'chai';
import { from, lastValueFrom, toArray, type Observable } from 'rxjs';
import type { Indexed } from '../../src/flow/Indexed.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { values } from '../../src/operators/values.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { marbles } from '../support/marbles.ts';
import { letterPool, upper } from '../support/virtual.ts';

/** `a` stands for the pair of index 0 and value 'a'. */
const pairs: Record<string, Indexed<string>> = { a: [0, 'a'], b: [1, 'b'], c: [2, 'c'] };

describe('values', () => {
  it(
    'emits the values of pairs as they come',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('-b-a---c-|', pairs);
      const subs = '       ^--------!';
      const expected = '   -b-a---c-|';

      expectObservable(source$.pipe(values())).toBe(expected);
      expectSubscriptions(source$.subscriptions).toBe(subs);
    }),
  );

  it(
    'hands on an error of the source, and unsubscribes from it',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold('a-#', pairs).pipe(values())).toBe('a-#');
      const source$ = cold('a-b-c-|', pairs);
      expectObservable(source$.pipe(values()), '^--!').toBe('a-b-');
      expectSubscriptions(source$.subscriptions).toBe('^--!');
    }),
  );

  it(
    'gives the results of runs, in the order of the items behind ordered, of two at a time on one pool',
    marbles(({ cold, expectObservable }) => {
      const pool = letterPool(4, { a: 3 });
      const results$ = (items: string): Observable<string> =>
        cold(items).pipe(parallelMap(upper, { pool, ordered: true }), values());

      expectObservable(results$('ab|')).toBe('---(AB|)');
      expectObservable(results$('cd|')).toBe('-C(D|)');
    }),
  );

  it('gives errors that are returned, too', async () => {
    const pool = new LocalPool();
    const halve = (n: number): number => {
      if (n % 2 === 1) throw new RangeError('odd');
      return n / 2;
    };
    const run$ = from([2, 3, 4]).pipe(parallelMap(halve, { pool, onError: 'return' }), values(), toArray());
    const [one, failed, two] = await lastValueFrom(run$);
    expect([one, two]).to.deep.equal([1, 2]);
    expect(failed).to.be.instanceOf(TaskError);
  });
});
