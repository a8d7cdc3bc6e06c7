import { expect } from 'chai';
import { EMPTY } from 'rxjs';
import { parallel, parallelMap, LocalPool, ProcessPool, ThreadPool } from '../../../src/index.ts';
import { VirtualPool } from '../../../src/testing.ts';
import { errorOf } from '../../support/settle.ts';

const double = (n: number): number => n * 2;
const poolOf = (size: unknown): never => ({ size, run$: () => EMPTY, close: () => Promise.resolve() }) as never;

describe('the size of a given pool', () => {
  for (const [size, ErrorClass, shown] of [
    [0, RangeError, '0'],
    [NaN, RangeError, 'NaN'],
    [1.5, RangeError, '1.5'],
    [-1, RangeError, '-1'],
    [Infinity, RangeError, 'Infinity'],
    [undefined, TypeError, 'undefined'],
    ['2', TypeError, '"2"'],
  ] as const)
    it(`is an integer from 1, or refused at the call: ${shown}`, async () => {
      const message = `pool.size must be an integer from 1, not ${shown}`;
      for (const options of [{}, { workers: 2 }, { workers: 0 }]) {
        const given = { ...options, pool: poolOf(size) };
        expect(() => parallelMap(double, given)).to.throw(ErrorClass, message);
        expect(await errorOf(parallel(double, [1], given)))
          .to.be.instanceOf(ErrorClass)
          .with.property('message', message);
      }
    });

  it('is right in every pool of this library, open or closed', async () => {
    for (const pool of [
      new ThreadPool(),
      new ThreadPool({ workers: 0 }),
      new ThreadPool({ workers: 3 }),
      new ProcessPool({ workers: 0 }),
      new LocalPool(),
      new LocalPool({ workers: 3 }),
      new VirtualPool({ workers: 1, duration: 0 }),
    ]) {
      expect(() => parallelMap(double, { pool })).not.to.throw();
      await pool.close();
      expect(() => parallelMap(double, { pool })).not.to.throw();
    }
  });
});

describe('transfer', () => {
  it('goes with crashRetries of 0, and with no more', () => {
    for (const pool of [new LocalPool(), new ThreadPool({ workers: 0 })]) {
      expect(() => parallelMap(double, { pool, transfer: () => [], crashRetries: 0 })).not.to.throw();
      expect(() => parallelMap(double, { pool, transfer: () => [], crashRetries: 1 })).to.throw(
        TypeError,
        'exclude each other',
      );
    }
  });
});
