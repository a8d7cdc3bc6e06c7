import { expect } from 'chai';
import { of } from 'rxjs';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { marbles } from '../support/marbles.ts';
import { record } from '../support/record.ts';
import { letterPool, upper } from '../support/virtual.ts';
import { virtually } from '../support/virtually.ts';

describe('the trace of a VirtualPool', () => {
  it(
    'says from when on how many ran',
    marbles(({ hot, flush, expectSubscriptions }) => {
      const pool = letterPool(2, { a: 4, b: 2, c: 3 });
      record(hot('-ab-c---|').pipe(parallelMap(upper, { pool })));
      const runs = ['-^---!', '--^-!', '----^--!'];

      expectSubscriptions(pool.runs).toBe(runs);
      flush();
      expect(pool.trace).to.deep.equal([
        [1, 1],
        [2, 2],
        [5, 1],
        [7, 0],
      ]);
    }),
  );

  it('is empty before anything has run, and knows nothing of what took no time', () => {
    virtually((_scheduler, { flush }) => {
      const pool = new VirtualPool({ workers: 1, duration: 0 });

      expect(pool.trace).to.deep.equal([]);
      record(of('a', 'b').pipe(parallelMap(upper, { pool })));
      flush();
      expect(pool.runs.length).to.equal(2);
      expect(pool.trace).to.deep.equal([]);
    });
  });

  it('leaves open what still runs', () => {
    virtually((_scheduler, { flush }) => {
      const pool = letterPool(2, { a: Infinity });
      record(of('a', 'b').pipe(parallelMap(upper, { pool })));

      flush();
      expect(pool.trace).to.deep.equal([
        [0, 2],
        [1, 1],
      ]);
    });
  });
});
