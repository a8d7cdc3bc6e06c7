import { setImmediate as turn } from 'node:timers/promises';
import { from } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { expect } from 'chai';
import { parallelIterable } from '../../src/operators/parallelIterable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { marbles } from '../support/marbles.ts';
import { errorsInBrief, inBrief, letterPool, PAIRS, upperBut } from '../support/virtual.ts';

describe('ordered with partitionBy, and a failure of another key', () => {
  // c, of another key, fails while b still waits for its key, which a has.
  const partitionBy = (letter: string): string => (letter === 'c' ? 'other' : 'one');

  it(
    'emits every index below the failure, then fails',
    marbles(({ expectObservable }) => {
      const pool = letterPool(2, { a: 5, b: 2 });
      const run$ = from(['a', 'b', 'c', 'd']).pipe(
        parallelMap(upperBut('c'), { pool, ordered: true, partitionBy }),
        errorsInBrief(),
      );

      expectObservable(run$).toBe('-----A-(B#)', PAIRS, 'TaskError at 2: RangeError: c is bad');
    }),
  );

  it(
    'starts nothing after it that has waited for its key',
    marbles(({ expectObservable, expectSubscriptions }) => {
      const pool = letterPool(3, { a: 9, b: 4 });
      // b and d have one key, a and c others.
      const config = { pool, ordered: true, partitionBy: (letter: string) => (letter === 'd' ? 'b' : letter) };
      const run$ = from(['a', 'b', 'c', 'd']).pipe(parallelMap(upperBut('c'), config), errorsInBrief());

      expectObservable(run$).toBe('---------(AB#)', PAIRS, 'TaskError at 2: RangeError: c is bad');
      expectSubscriptions(pool.runs).toBe(['^--------!', '^---!', '^!']);
    }),
  );

  it(
    'the same where partitionBy throws',
    marbles(({ expectObservable }) => {
      const pool = letterPool(2, { a: 5, b: 2 });
      const throwing = (letter: string): string => {
        if (letter === 'c') throw new RangeError('c has no key');
        return 'one';
      };
      const run$ = from(['a', 'b', 'c', 'd']).pipe(
        parallelMap(upperBut(), { pool, ordered: true, partitionBy: throwing }),
        errorsInBrief(),
      );

      expectObservable(run$).toBe('-----A-(B#)', PAIRS, 'TaskError at 2: RangeError: c has no key');
    }),
  );

  it('the same on this thread', async () => {
    const task = async (letter: string): Promise<string> => {
      for (let n = 0; n < (letter === 'a' ? 5 : 1); n += 1) await turn();
      return upperBut('c')(letter);
    };
    const seen: unknown[] = [];
    try {
      for await (const pair of parallelIterable(task, ['a', 'b', 'c', 'd'], {
        pool: new LocalPool({ workers: 2 }),
        ordered: true,
        partitionBy,
      }))
        seen.push(pair);
    } catch (error) {
      seen.push(inBrief(error));
    }
    expect(seen).to.deep.equal([PAIRS.A, PAIRS.B, 'TaskError at 2: RangeError: c is bad']);
  });
});
