import { expect } from 'chai';
import { withoutItems } from '../../src/flow/withoutItems.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';

const a = new TaskError('a');
const d = new TaskError('d');
const message = { from: 10, values: ['a', 'b', 'c', 'd'], errors: [[0, a] as const, [3, d] as const] };

describe('withoutItems', () => {
  it('gives all as one part where nothing is removed', () => {
    expect(withoutItems(message, [])).to.deep.equal([message]);
  });

  it('gives nothing of nothing, and nothing where all is removed', () => {
    expect(withoutItems({ from: 3, values: [] }, [])).to.deep.equal([]);
    expect(withoutItems(message, [0, 1, 2, 3])).to.deep.equal([]);
  });

  it('gives the parts between, each with its own errors, by their places in it', () => {
    expect(withoutItems(message, [1])).to.deep.equal([
      { from: 10, values: ['a'], errors: [[0, a]] },
      { from: 12, values: ['c', 'd'], errors: [[1, d]] },
    ]);
    expect(withoutItems(message, [0, 2])).to.deep.equal([
      { from: 11, values: ['b'] },
      { from: 13, values: ['d'], errors: [[0, d]] },
    ]);
    expect(withoutItems(message, [3])).to.deep.equal([{ from: 10, values: ['a', 'b', 'c'], errors: [[0, a]] }]);
  });

  it('gives no errors where the message has none', () => {
    expect(withoutItems({ from: 0, values: [1, 2, 3] }, [2])).to.deep.equal([{ from: 0, values: [1, 2] }]);
  });
});
