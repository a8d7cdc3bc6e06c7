import { expect } from 'chai';
import { Fifo } from '../../src/util/fifo.ts';

const filled = (count: number): Fifo<number> => {
  const queue = new Fifo<number>();
  for (let n = 0; n < count; n += 1) queue.push(n);
  return queue;
};

describe('Fifo', () => {
  it('gives back what came first, as many as there are', () => {
    const queue = filled(3);

    expect(queue.take(2)).to.deep.equal([0, 1]);
    expect(queue.length).to.equal(1);
    queue.push(3);
    expect(queue.take(9)).to.deep.equal([2, 3]);
    expect(queue.length).to.equal(0);
    expect(queue.take(1)).to.deep.equal([]);
  });

  it('shows what is next, and forgets it', () => {
    const queue = filled(2);

    expect(queue.first).to.equal(0);
    expect(queue.length).to.equal(2);
    queue.drop();
    expect(queue.first).to.equal(1);
    queue.drop();
    queue.drop();
    expect(queue.first).to.equal(undefined);
    queue.push(3);
    expect(queue.take(2)).to.deep.equal([3]);
  });

  it('keeps the order while many come and go', () => {
    const queue = filled(5000);
    const taken: number[] = [];

    for (let n = 5000; n < 20_000; n += 1) {
      queue.push(n);
      taken.push(...queue.take(n % 3));
    }
    taken.push(...queue.take(Infinity));
    expect(taken).to.deep.equal(Array.from({ length: 20_000 }, (_, n) => n));
  });

  it('forgets all at once', () => {
    const queue = filled(3);

    queue.clear();
    expect(queue.length).to.equal(0);
    queue.push(7);
    expect(queue.take(2)).to.deep.equal([7]);
  });
});
