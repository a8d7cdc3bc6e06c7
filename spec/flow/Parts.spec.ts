import { expect } from 'chai';
import { Delivery } from '../../src/flow/Delivery.ts';
import { Parts } from '../../src/flow/Parts.ts';
import type { Span } from '../../src/flow/settle.ts';
import { TaskError } from '../../src/tasks/errors/errors.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** A delivery of values, of as many items unless it is told otherwise, and the counts with which it was done. */
function deliver(
  first: number,
  values: readonly number[],
  more: Partial<Span<number>> = {},
): [Delivery<number>, number[]] {
  const done: number[] = [];
  const span = {
    first,
    values,
    count: values.length,
    indices: undefined,
    isScattered: undefined,
    failed: undefined,
    failure: undefined,
    ...more,
  };
  return [new Delivery(span, (count) => done.push(count)), done];
}

/** Adds deliveries to two collections, the second of which has them in the opposite order. */
function add(...deliveries: readonly Delivery<number>[]): [Parts<number>, Parts<number>] {
  const both: [Parts<number>, Parts<number>] = [new Parts(), new Parts()];
  for (const delivery of deliveries) both[0].add(delivery);
  for (const delivery of [...deliveries].reverse()) both[1].add(delivery);
  return both;
}

describe('the parts of a result', () => {
  it('are none, if there is no delivery', () => {
    expect(new Parts().join()).to.deep.equal([]);
  });

  it('put together what consecutive deliveries of less than 128 results give, and what has more stays apart', () => {
    const [few] = add(...upTo(1000).map((n) => deliver(n, [n])[0]));
    expect(few.count).to.equal(1);
    expect(few.join()).to.deep.equal(upTo(1000));
    const [most] = add(...upTo(10).map((n) => deliver(127 * n, upTo(127))[0]));
    expect(most.count).to.equal(1);
    const [many] = add(...upTo(10).map((n) => deliver(128 * n, upTo(128))[0]));
    expect(many.count).to.equal(10);
  });

  it('keep the results of many', () => {
    const kept = upTo(128);
    const parts = new Parts<number>();
    parts.add(deliver(0, kept)[0]);
    parts.add(deliver(128, [128])[0]);
    expect(kept).to.have.length(128);
    expect(parts.count).to.equal(2);
    expect(parts.join()).to.deep.equal(upTo(129));
  });

  it('are in the order of the items, however the deliveries come', () => {
    for (const parts of add(deliver(2, [2, 3])[0], deliver(70, upTo(64))[0], deliver(0, [0, 1])[0], deliver(4, [4])[0]))
      expect(parts.join()).to.deep.equal([0, 1, 2, 3, 4, ...upTo(64)]);
  });

  it('are not put together where an item between them is missing, was skipped, or has several results', () => {
    for (const more of [{ indices: [1] }, { failed: 1 }]) {
      const [parts] = add(deliver(0, [0])[0], deliver(1, [1], more)[0]);
      expect(parts.count).to.equal(2);
      expect(parts.join()).to.deep.equal([0, 1]);
    }
    const [gap, turned] = add(deliver(0, [0])[0], deliver(2, [2])[0]);
    expect([gap.count, turned.count]).to.deep.equal([2, 2]);
  });

  it('are continued after the items of a delivery, and not after its results', () => {
    const [two] = add(deliver(0, [0, 0], { count: 1 })[0], deliver(1, [1])[0], deliver(2, [2])[0], deliver(3, [3])[0]);
    expect(two.count).to.equal(1);
    expect(two.join()).to.deep.equal([0, 0, 1, 2, 3]);
  });

  it('tell each delivery that it is done, but not one that failed', () => {
    const [delivery, done] = deliver(0, [1, 2], { count: 3 });
    const failure = new TaskError('no', { attempts: 1 });
    const [failing, never] = deliver(3, [], { failure });
    const parts = new Parts<number>();
    parts.add(delivery);
    expect(() => {
      parts.add(failing);
    }).to.throw(failure as unknown as ErrorConstructor);
    expect([done, never]).to.deep.equal([[3], []]);
  });

  for (const count of [999, 1000, 1001, 2000, 2500])
    it(`join ${String(count)} lists`, () => {
      const values = upTo(128);
      const [parts] = add(...upTo(count).map((n) => deliver(128 * n, values)[0]));
      expect(parts.count).to.equal(count);
      const joined = parts.join();
      expect(joined).to.have.length(128 * count);
      expect(joined.every((value, at) => value === at % 128)).to.equal(true);
    });

  it('are in order where each delivery has some of each', () => {
    const isScattered = true;
    const parts = add(
      deliver(0, [0, 3, 4], { indices: [0, 3, 4], isScattered })[0],
      deliver(5, [5])[0],
      deliver(1, [1, 2, 6], { indices: [1, 2, 6], isScattered })[0],
      deliver(
        7,
        upTo(100).map((n) => n + 7),
      )[0],
    );
    for (const part of parts) expect(part.join()).to.deep.equal(upTo(107));
    expect(parts[0].count).to.equal(4);
  });

  it('keep the order of what a generator has yielded between others', () => {
    const parts = new Parts<number>();
    parts.add(deliver(1, [10, 30, 31], { indices: [1, 3, 3], isScattered: true, count: 1 })[0]);
    parts.add(deliver(0, [0, 20], { indices: [0, 2], isScattered: true })[0]);
    parts.add(deliver(3, [32, 40], { indices: [3, 4], isScattered: true })[0]);
    expect(parts.join()).to.deep.equal([0, 10, 20, 30, 31, 32, 40]);
  });
});
