import { expect } from 'chai';
import { chunking } from '../../src/flow/chunking.ts';

describe('chunking', () => {
  it('keeps to a size that is given', () => {
    const chunks = chunking(7);

    chunks.observe(7, 1000);
    chunks.observe(7, 0);
    expect(chunks.limit).to.equal(7);
  });

  it('begins with one item, and aims at 25 ms a chunk', () => {
    const chunks = chunking(undefined);

    expect(chunks.limit).to.equal(1);
    chunks.observe(1, 5);
    expect(chunks.limit).to.equal(5);
    chunks.observe(5, 25);
    expect(chunks.limit).to.equal(5);
  });

  it('grows eightfold at most, since a first measurement says little', () => {
    const chunks = chunking(undefined);

    for (const limit of [8, 64, 512, 4096, 16_384, 16_384]) {
      chunks.observe(chunks.limit, 0);
      expect(chunks.limit).to.equal(limit);
    }
  });

  it('shrinks at once, to one item at least', () => {
    const chunks = chunking(undefined);

    chunks.observe(1, 1);
    chunks.observe(8, 8);
    expect(chunks.limit).to.equal(25);
    chunks.observe(25, 25 * 49);
    expect(chunks.limit).to.equal(1);
    chunks.observe(1, 60_000);
    expect(chunks.limit).to.equal(1);
  });

  it('weighs what it has measured: the last as much as all before', () => {
    const chunks = chunking(undefined);

    chunks.observe(1, 5);
    chunks.observe(5, 75);
    expect(chunks.limit).to.equal(2);
    chunks.observe(2, 5);
    expect(chunks.limit).to.equal(4);
  });
});
