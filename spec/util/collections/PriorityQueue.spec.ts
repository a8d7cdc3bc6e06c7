import { expect } from 'chai';
import fc from 'fast-check';
import { PriorityQueue, type Entry } from '../../../src/util/collections/PriorityQueue.ts';

interface Named extends Entry<Named> {
  readonly name: number;
}

const named = (name: number, priority = 0): Named => ({
  name,
  priority,
  lane: undefined,
  previous: undefined,
  next: undefined,
});

const namesOf = (queue: PriorityQueue<Named>): number[] => queue.entries().map(({ name }) => name);

describe('PriorityQueue', () => {
  it('gives the highest priority first, and those of one priority in the order in which they came', () => {
    const queue = new PriorityQueue<Named>();
    const entries = [named(1, 2), named(2, -1), named(3, 9.5), named(4, 2), named(5, 9.5), named(6)];
    for (const entry of entries) queue.add(entry);

    expect(namesOf(queue)).to.deep.equal([3, 5, 1, 4, 6, 2]);
    expect(entries.map(() => queue.take()?.name)).to.deep.equal([3, 5, 1, 4, 6, 2]);
    expect(queue.take()).to.equal(undefined);
    expect(queue.size).to.equal(0);
  });

  it('takes back an entry before all others of its priority, and of none above', () => {
    const queue = new PriorityQueue<Named>();
    for (const entry of [named(1), named(2, 1)]) queue.add(entry);
    for (const entry of [named(3), named(4, 1), named(5, -1)]) queue.addFirst(entry);

    expect(namesOf(queue)).to.deep.equal([4, 2, 3, 1, 5]);
  });

  it('does nothing to remove an entry that is out, also where it has come again', () => {
    const queue = new PriorityQueue<Named>();
    const [a, b] = [named(1), named(2, 3)];
    queue.add(a);
    queue.add(b);
    for (const entry of [b, b, a, a]) queue.remove(entry);
    expect(queue.size).to.equal(0);
    expect(queue.first).to.equal(undefined);

    queue.addFirst(b);
    queue.add(a);
    expect(namesOf(queue)).to.deep.equal([2, 1]);
  });

  it('is as a sorted list, whatever comes and goes', () => {
    const step = fc.record({
      does: fc.constantFrom('add', 'first', 'take', 'remove'),
      priority: fc.integer({ min: -2, max: 2 }),
      at: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new PriorityQueue<Named>();
        let list: Named[] = [];
        for (const [name, { does, priority, at }] of steps.entries()) {
          const entry = named(name, priority);
          if (does === 'take') {
            const taken = list.shift();
            expect(queue.take()).to.equal(taken);
          } else if (does === 'remove') {
            const gone = list[at % Math.max(1, list.length)];
            if (gone !== undefined) queue.remove(gone);
            list = list.filter((one) => one !== gone);
          } else if (does === 'add') {
            queue.add(entry);
            const before = list.filter((one) => one.priority >= priority).length;
            list.splice(before, 0, entry);
          } else {
            queue.addFirst(entry);
            const before = list.filter((one) => one.priority > priority).length;
            list.splice(before, 0, entry);
          }
          expect(namesOf(queue)).to.deep.equal(list.map((one) => one.name));
          expect(queue.size).to.equal(list.length);
          expect(queue.first).to.equal(list[0]);
        }
      }),
    );
  });
});
