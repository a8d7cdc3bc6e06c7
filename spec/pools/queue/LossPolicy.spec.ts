import { expect } from 'chai';
import { LossPolicy } from '../../../src/pools/queue/node/parent/run/LossPolicy.ts';

/** Sends items in chunks until all have settled. Returns the sizes of the chunks. */
function sizesOf(
  items: number,
  policy: LossPolicy,
  isLost: (chunk: number, from: number, to: number) => boolean,
): number[] {
  const sizes: number[] = [];
  let position = 0;
  while (position < items) {
    const size = Math.min(items - position, policy.maxItems);
    sizes.push(size);
    if (isLost(sizes.length, position, position + size)) {
      if (policy.lose(true, size)) position += 1;
    } else {
      position += size;
      policy.progress();
      policy.done();
    }
  }
  return sizes;
}

describe('the policy of lost chunks', () => {
  it('sends a chunk whole again after one loss', () => {
    expect(sizesOf(100, new LossPolicy(), (chunk) => chunk === 1)).to.deep.equal([100, 100]);
  });

  it('sends one item after two losses, and more again with each chunk that is not lost', () => {
    expect(sizesOf(100, new LossPolicy(), (chunk) => chunk <= 2)).to.deep.equal([100, 100, 1, 2, 4, 8, 16, 32, 37]);
  });

  for (const [poison, expected] of [
    [0, [100, 100, 1]],
    [1, [100, 100, 2, 1, 1]],
    [6, [100, 100, 4, 1, 1, 1]],
    [99, [100, 100, 37, 1, 1, 1]],
  ] as const)
    it(`fails item ${String(poison)} of 100 after at most six losses, the last three of it alone`, () => {
      const lost: number[] = [];
      const sizes = sizesOf(100, new LossPolicy(), (_chunk, from, to) => {
        const isLost = from <= poison && poison < to;
        if (isLost) lost.push(to - from);
        return isLost;
      });
      expect(lost).to.deep.equal(expected);
      expect(sizes.length).to.be.below(60);
    });

  it('does not count losses that no item can have caused', () => {
    const policy = new LossPolicy();
    for (let n = 0; n < 10; n += 1) expect(policy.lose(false, 1)).to.equal(false);
    expect(policy.maxItems).to.equal(Infinity);
  });

  it('does not fail an item while another one may be to blame as well, but keeps both apart', () => {
    const policies = [new LossPolicy(), new LossPolicy()] as const;
    const [one, two] = policies;
    for (let loss = 0; loss < 2; loss += 1) {
      const { suspicion } = one;
      expect([one.lose(true, 1, two.suspicion), two.lose(true, 1, suspicion)]).to.deep.equal([false, false]);
    }
    expect(policies.map(({ needsSolitude }) => needsSolitude)).to.deep.equal([true, true]);
    one.progress();
    expect(one.needsSolitude).to.equal(false);
    expect(two.lose(true, 1, one.suspicion)).to.equal(true);
  });

  it('fails an item after eight losses, whatever else was lost', () => {
    const policy = new LossPolicy();
    const fails = Array.from({ length: 8 }, () => policy.lose(true, 1, 8));
    expect(fails).to.deep.equal([...Array.from({ length: 7 }, () => false), true]);
  });
});
