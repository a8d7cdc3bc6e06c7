import { expect } from 'chai';
import { Multiset } from '../../../src/util/collections/Multiset.ts';

describe('Multiset', () => {
  it('knows the largest of its numbers, each as often as it was added', () => {
    const set = new Multiset();
    expect(set.max).to.equal(-Infinity);
    for (const number of [3, 7, 7, 5]) set.add(number);
    expect(set.max).to.equal(7);
    for (const [removed, max] of [
      [7, 7],
      [3, 7],
      [7, 5],
      [5, -Infinity],
    ] as const) {
      set.delete(removed);
      expect(set.max).to.equal(max);
    }
  });

  it('takes more numbers than a call takes arguments', () => {
    const set = new Multiset();
    for (let n = 0; n < 300_000; n += 1) set.add(n);
    set.delete(299_999);
    expect(set.max).to.equal(299_998);
  });
});
