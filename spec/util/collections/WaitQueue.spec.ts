import { expect } from 'chai';
import fc from 'fast-check';
import { WaitQueue } from '../../../src/util/collections/WaitQueue.ts';

describe('WaitQueue', () => {
  it('gives back in the order of their coming those that have not left', () => {
    const step = fc.oneof(fc.constant('add'), fc.constant('take'), fc.nat(9));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [queue, other] = [new WaitQueue<number>(), new WaitQueue<number>()];
        const leaves: (() => void)[] = [];
        let expected: number[] = [];
        other.add(-1);
        for (const each of steps) {
          if (each === 'add') {
            expected.push(leaves.length);
            leaves.push(queue.add(leaves.length));
          } else if (each === 'take') expect(queue.take()).to.equal(expected.shift());
          else {
            expected = expected.filter((item) => item !== each);
            leaves[each]?.();
          }
          expect(queue.size).to.equal(expected.length);
        }
        expect(other.size).to.equal(1);
      }),
    );
  });

  it('holds undefined like anything else', () => {
    const queue = new WaitQueue<number | undefined>();
    queue.add(undefined);
    expect(queue.size).to.equal(1);
    expect(queue.take()).to.equal(undefined);
    expect(queue.size).to.equal(0);
  });
});
