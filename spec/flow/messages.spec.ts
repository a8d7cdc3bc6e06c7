import { expect } from 'chai';
import fc from 'fast-check';
import { parallel$ } from '../../src/operators/parallelObservable.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';
import { joined } from '../support/joined.ts';
import { record } from '../support/record.ts';

/** How often an item fails before it gives itself. */
const failures = fc.array(fc.nat(2), { maxLength: 12, size: 'max' });

describe('results that come in messages of several', () => {
  it('have the indices of their items, whichever fail, are skipped or tried again', () => {
    const options = fc.record({
      chunkSize: fc.integer({ min: 1, max: 5 }),
      retry: fc.nat(2),
      onError: fc.constantFrom('return', 'skip', 'throw'),
      ordered: fc.boolean(),
    });
    fc.assert(
      fc.property(failures, options, (items, { retry, onError, ordered, chunkSize }) => {
        const tries = items.map(() => 0);
        const task = (index: number): number => {
          tries[index] = (tries[index] ?? 0) + 1;
          if ((tries[index] ?? 0) <= (items[index] ?? 0)) throw new Error('again');
          return index;
        };
        const pool = joined(new LocalPool({ workers: 2 }));
        const indices = items.map((_, index) => index);
        const { values, errors } = record(
          parallel$(task, indices, { pool, chunkSize, retry, ordered, onError: onError as 'return' }),
        );

        const isLost = (index: number): boolean => (items[index] ?? 0) > retry;
        const lost = indices.filter(isLost);
        const said = values.map(([index, result]) => [index, result instanceof TaskError ? 'lost' : result]);
        const whole = onError === 'throw' && lost.length > 0 ? indices.slice(0, lost[0]) : indices;
        const expected = whole
          .filter((index) => onError === 'return' || !isLost(index))
          .map((index) => [index, isLost(index) ? 'lost' : index]);
        expect(errors).to.have.length(onError === 'throw' && lost.length > 0 ? 1 : 0);
        if (errors.length > 0 && !ordered) for (const [index, result] of said) expect(result).to.equal(index);
        else expect(ordered ? said : said.toSorted(([a], [b]) => Number(a) - Number(b))).to.deep.equal(expected);
      }),
      { numRuns: 500 },
    );
  });
});
