import { expect } from 'chai';
import type { ErrorPolicy } from '../../src/flow/Plan.ts';
import { settle, type Span } from '../../src/flow/settle.ts';
import type { Settlements } from '../../src/pools/pool.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';

const error = new TaskError('no');
const other = new TaskError('no again');

/** A span without the members that say nothing. */
const settled = (message: Settlements<unknown>, onError: ErrorPolicy = 'throw'): Partial<Span> =>
  Object.fromEntries(Object.entries(settle(5, message, onError)).filter(([, value]) => value !== undefined));

describe('settle', () => {
  it('gives the values their indices, by their place in the job', () => {
    expect(settled({ from: 0, values: ['a', 'b'] })).to.deep.equal({ first: 5, values: ['a', 'b'], count: 2 });
    expect(settled({ from: 2, values: ['c'] })).to.deep.equal({ first: 7, values: ['c'], count: 1 });
    expect(settled({ from: 3, values: [], tookMs: 4 })).to.deep.equal({ first: 8, values: [], count: 0 });
  });

  it('takes no errors for none, whatever the policy', () => {
    for (const onError of ['throw', 'return', 'skip'] as const)
      expect(settled({ from: 0, values: ['a'], errors: [] }, onError)).to.deep.equal({
        first: 5,
        values: ['a'],
        count: 1,
      });
  });

  const message = {
    from: 1,
    values: ['b', undefined, 'd', undefined],
    errors: [[1, error] as const, [3, other] as const],
  };

  it("ends the run behind the values before the first error, with 'throw'", () => {
    expect(settled(message, 'throw')).to.deep.equal({ first: 6, values: ['b'], count: 2, failure: error });
  });

  it("puts errors in the places of results, with 'return', and leaves the message as it was", () => {
    expect(settled(message, 'return')).to.deep.equal({
      first: 6,
      values: ['b', error, 'd', other],
      count: 4,
      failed: 2,
    });
    expect(message.values).to.deep.equal(['b', undefined, 'd', undefined]);
  });

  it("leaves errors out, with 'skip', and keeps the indices of the rest", () => {
    expect(settled(message, 'skip')).to.deep.equal({
      first: 6,
      values: ['b', 'd'],
      indices: [6, 8],
      count: 4,
      failed: 2,
    });
  });

  it('gives yields the index behind the values, which is settled when they have ended', () => {
    expect(settled({ from: 0, values: ['a'], yields: { values: ['x', 'y'], ended: false } })).to.deep.equal({
      first: 5,
      values: ['a', 'x', 'y'],
      indices: [5, 6, 6],
      count: 1,
    });
    expect(settled({ from: 1, values: [], yields: { values: ['z'], ended: true } })).to.deep.equal({
      first: 6,
      values: ['z'],
      indices: [6],
      count: 1,
    });
    expect(settled({ from: 1, values: [], yields: { values: [], ended: true } })).to.deep.equal({
      first: 6,
      values: [],
      indices: [],
      count: 1,
    });
  });

  it('gives yields the right index behind items that failed, and none where the run has ended', () => {
    const both = { ...message, yields: { values: ['x'], ended: false } };

    expect(settled(both, 'skip')).to.include({ count: 4, failed: 2 });
    expect(settled(both, 'skip').indices).to.deep.equal([6, 8, 10]);
    expect(settled(both, 'return').indices).to.deep.equal([6, 7, 8, 9, 10]);
    expect(settled(both, 'throw')).to.deep.equal({ first: 6, values: ['b'], count: 2, failure: error });
  });
});
