import { expect } from 'chai';
import { Fifo } from '../../../src/util/collections/Fifo.ts';
import { keptOf } from '../../support/collected.ts';

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

  for (const [how, leave] of Object.entries({
    'one by one': (queue: Fifo<object>) => {
      for (let n = 0; n < 10; n += 1) queue.take(1);
    },
    'all at once': (queue: Fifo<object>) => {
      queue.take(10);
    },
    'by forgetting them': (queue: Fifo<object>) => {
      for (let n = 0; n < 10; n += 1) queue.drop();
    },
  }))
    it(`keeps none of the items that it gives back ${how}, while others stay`, async () => {
      const queue = new Fifo<object>();
      const items = Array.from({ length: 12 }, (_, n) => ({ n }));
      const refs = Object.fromEntries(items.slice(0, 10).map((item) => [`item ${String(item.n)}`, new WeakRef(item)]));
      for (const item of items.splice(0)) queue.push(item);

      leave(queue);
      expect(await keptOf(refs)).to.deep.equal([]);
      expect(queue.length).to.equal(2);
    });
});
