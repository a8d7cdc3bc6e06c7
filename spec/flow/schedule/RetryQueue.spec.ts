import { expect } from 'chai';
import type { Chunk } from '../../../src/flow/schedule/Chunk.ts';
import { Partition } from '../../../src/flow/schedule/Partition.ts';
import { RetryQueue } from '../../../src/flow/schedule/RetryQueue.ts';

const one = (first: number, more: Partial<Chunk<string>> = {}): Chunk<string> => ({
  ...{ first, items: [`i${String(first)}`], attempt: 2, crashes: 0 },
  ...more,
});

function queue(...chunks: readonly Chunk<string>[]): RetryQueue<string> {
  const all = new RetryQueue<string>();
  for (const chunk of chunks) all.push(chunk);
  return all;
}

describe('RetryQueue', () => {
  it('gives nothing of nothing', () => {
    expect(queue().take(5, Infinity)).to.equal(undefined);
  });

  it('puts items of one attempt together, in the order of the source, as many as it may', () => {
    const retries = queue(one(3), one(7), one(5), one(9));
    expect(retries.take(3, Infinity)).to.deep.equal({
      ...one(3),
      indices: [3, 5, 7],
      items: ['i3', 'i5', 'i7'],
      partitions: undefined,
    });
    expect(retries.length).to.equal(1);
    expect(retries.take(3, Infinity)).to.deep.equal(one(9));
    expect(retries.length).to.equal(0);
  });

  it('needs no indices where they are consecutive', () => {
    expect(queue(one(4), one(3)).take(2, Infinity)).to.deep.include({
      first: 3,
      indices: undefined,
      items: ['i3', 'i4'],
    });
  });

  it('keeps attempts apart, and each item that was lost with its worker', () => {
    const apart = [one(1), one(2, { attempt: 3 }), one(3, { crashes: 1 }), one(4, { crashes: 1 }), one(5)];
    const retries = queue(...apart);
    for (const chunk of apart) expect(retries.take(9, Infinity)).to.deep.equal(chunk);
  });

  it('keeps the keys of the items', () => {
    const [a, b] = [new Partition<string>('a'), new Partition<string>('b')];
    const retries = queue(one(6, { partitions: [b] }), one(2, { partitions: [a] }));
    const chunk = retries.take(2, Infinity);
    expect(chunk?.items).to.deep.equal(['i2', 'i6']);
    expect(chunk?.partitions).to.have.ordered.members([a, b]);
  });

  it('forgets items that do not run any more', () => {
    const retries = queue(one(8), one(1), one(9), one(2), one(7));
    expect(retries.take(9, 7)).to.deep.include({ indices: undefined, items: ['i1', 'i2'] });
    expect(retries.length).to.equal(0);
    expect(queue(one(8)).take(9, 8)).to.equal(undefined);
  });
});
