import { expect } from 'chai';
import { Recent } from '../../../src/util/collections/Recent.ts';

describe('Recent', () => {
  it('keeps what was set or read last', () => {
    const recent = new Recent<string, number>(2);
    const other = new Recent<string, number>(2);
    other.set('a', 9);
    recent.set('a', 1);
    recent.set('b', 2);
    expect(recent.get('a')).to.equal(1);
    recent.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).to.deep.equal([1, undefined, 3]);
    recent.set('a', 4);
    recent.delete('c');
    recent.set('d', 5);
    expect(['a', 'c', 'd'].map((key) => recent.get(key))).to.deep.equal([4, undefined, 5]);
    expect(other.get('a')).to.equal(9);
  });
});
