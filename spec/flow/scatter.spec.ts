import { expect } from 'chai';
import { scatter } from '../../src/flow/scatter.ts';
import type { Span } from '../../src/flow/settle.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';

const indices = [3, 5, 6, 7, 11, 12];

/** The spans that come of one, without the members that say nothing. */
const scattered = (span: Span<string>, inOrder: boolean): readonly object[] =>
  scatter(span, indices, inOrder).map((part) =>
    Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)),
  );

describe('scatter', () => {
  it('gives nothing of nothing', () => {
    for (const inOrder of [true, false])
      expect(scattered({ first: 6, values: [], count: 0 }, inOrder)).to.deep.equal([]);
  });

  it('gives each value the index of its item', () => {
    expect(scattered({ first: 0, values: ['a', 'b', 'c'], count: 3 }, false)).to.deep.equal([
      { first: 3, indices: [3, 5, 6], isScattered: true, values: ['a', 'b', 'c'], count: 3 },
    ]);
    expect(scattered({ first: 2, indices: [3, 4], values: ['d', 'e'], count: 3, failed: 1 }, false)).to.deep.equal([
      { first: 6, indices: [7, 11], isScattered: true, values: ['d', 'e'], count: 3, failed: 1 },
    ]);
  });

  it('gives spans without gaps where order counts', () => {
    expect(scattered({ first: 0, values: ['a', 'b', 'c', 'd', 'e', 'f'], count: 6 }, true)).to.deep.equal([
      { first: 3, values: ['a'], count: 1 },
      { first: 5, values: ['b', 'c', 'd'], count: 3 },
      { first: 11, values: ['e', 'f'], count: 2 },
    ]);
    expect(scattered({ first: 1, values: ['b'], count: 1 }, true)).to.deep.equal([
      { first: 5, values: ['b'], count: 1 },
    ]);
  });

  it('keeps the places of skipped items', () => {
    expect(
      scattered({ first: 1, indices: [1, 3, 5], values: ['b', 'd', 'f'], count: 5, failed: 2 }, true),
    ).to.deep.equal([
      { first: 5, indices: [5, 7], values: ['b', 'd'], count: 3, failed: 2 },
      { first: 11, indices: [12], values: ['f'], count: 2 },
    ]);
  });

  it('has a failure in the last span, behind its values', () => {
    const failure = new TaskError('no');
    expect(scattered({ first: 0, values: ['a', 'b'], count: 3, failure }, true)).to.deep.equal([
      { first: 3, values: ['a'], count: 1 },
      { first: 5, values: ['b'], count: 2, failure },
    ]);
    expect(scattered({ first: 0, values: ['a'], count: 2, failure }, true)).to.deep.equal([
      { first: 3, values: ['a'], count: 1 },
      { first: 5, values: [], count: 1, failure },
    ]);
    expect(scattered({ first: 0, values: [], count: 1, failure }, true)).to.deep.equal([
      { first: 3, values: [], count: 1, failure },
    ]);
  });

  it('gives the yields of a generator its index, and counts it when it has ended', () => {
    const open = { first: 0, indices: [0, 1, 1], values: ['a', 'y', 'z'], count: 1 };
    expect(scattered(open, false)).to.deep.equal([
      { first: 3, indices: [3, 5, 5], isScattered: true, values: ['a', 'y', 'z'], count: 1 },
    ]);
    expect(scattered(open, true)).to.deep.equal([
      { first: 3, indices: [3], values: ['a'], count: 1 },
      { first: 5, indices: [5, 5], values: ['y', 'z'], count: 0 },
    ]);
    expect(scattered({ ...open, count: 2 }, true)).to.deep.equal([
      { first: 3, indices: [3], values: ['a'], count: 1 },
      { first: 5, indices: [5, 5], values: ['y', 'z'], count: 1 },
    ]);
    expect(scattered({ first: 2, indices: [2, 3], values: ['c', 'y'], count: 1 }, true)).to.deep.equal([
      { first: 6, indices: [6, 7], values: ['c', 'y'], count: 1 },
    ]);
    expect(scattered({ first: 4, values: [], count: 1 }, true)).to.deep.equal([{ first: 11, values: [], count: 1 }]);
  });
});
