import { expect } from 'chai';
import { ResultBuffer } from '../../../src/pools/worker-side/ResultBuffer.ts';
import { fromColumn } from '../../../src/pools/wire/fromColumn.ts';
import type { Settled, WorkerEvent } from '../../../src/pools/wire/messages.ts';
import { toColumn } from '../../../src/pools/wire/toColumn.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
/** Some integers, with another value at one place. */
const with1 = (value: unknown, at: number): unknown[] => upTo(300).with(at, value as number);

describe('toColumn', () => {
  it('copies integers of 32 bits into an Int32Array', () => {
    const list = [...upTo(300), -1, 2 ** 31 - 1, -(2 ** 31)];
    const column = toColumn(list);
    expect(column).to.be.instanceOf(Int32Array);
    expect([...(column ?? [])]).to.deep.equal(list);
  });

  for (const value of [-0, 0.5, NaN, Infinity, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, 5e-324])
    it(`copies numbers into a Float64Array if ${Object.is(value, -0) ? '-0' : String(value)} is one of them`, () => {
      for (const at of [0, 150, 299]) {
        const column = toColumn(with1(value, at));
        expect(column).to.be.instanceOf(Float64Array);
        expect([...(column ?? [])]).to.deep.equal(with1(value, at));
        expect(Object.is(column?.[at], value)).to.equal(true);
      }
    });

  it('leaves a list as it is that holds anything else', () => {
    for (const value of [undefined, null, '1', 1n, true, Object(1), new Date(1), [1]])
      for (const at of [0, 150, 299]) {
        expect(toColumn(with1(value, at))).to.equal(undefined);
        expect(toColumn(with1(value, at).with(20, 0.5))).to.equal(undefined);
      }
  });

  it('leaves a list as it is that has holes', () => {
    for (const at of [0, 150, 299]) {
      const list = upTo(300);
      // eslint-disable-next-line @typescript-eslint/no-array-delete, @typescript-eslint/no-dynamic-delete -- it makes a hole.
      delete list[at];
      expect(toColumn(list)).to.equal(undefined);
    }
  });

  it('leaves a short list as it is', () => {
    for (const list of [[], [1], upTo(127)]) expect(toColumn(list)).to.equal(undefined);
    expect(toColumn(upTo(128))).to.have.length(128);
  });
});

describe('fromColumn', () => {
  it('gives back the numbers in an array', () => {
    for (const list of [upTo(300), with1(-0, 7), with1(NaN, 0), with1(1.5, 299)]) {
      const back = fromColumn(toColumn(list) ?? []);
      expect(Array.isArray(back)).to.equal(true);
      expect(back).to.deep.equal(list);
      expect(Object.keys(back)).to.have.length(300);
    }
  });

  it('gives back any other list itself', () => {
    const list = ['a', 1];
    expect(fromColumn(list)).to.equal(list);
  });
});

describe('the results of a batch', () => {
  /** The messages of some results, and how many objects were moved with each. */
  const sent = (add: (results: ResultBuffer) => void): (Settled & { readonly moved: readonly unknown[] })[] => {
    const messages: (Settled & { readonly moved: readonly unknown[] })[] = [];
    const emit = (event: WorkerEvent, moved: readonly unknown[]): unknown =>
      messages.push({ ...(event as Settled), moved });
    const results = new ResultBuffer({ emit }, (thrown) => ({ root: { is: thrown }, nodes: [] }));
    add(results);
    results.flush();
    return messages;
  };

  it('are moved as a column if all are numbers', () => {
    for (const [Column, list] of [
      [Int32Array, upTo(300)],
      [Float64Array, upTo(300).with(5, -0)],
    ] as const) {
      const [message] = sent((results) => {
        list.forEach((value, at) => {
          results.add(at, value);
        });
      });
      expect(message?.values).to.be.instanceOf(Column);
      expect(message?.moved).to.deep.equal([(message?.values as Int32Array).buffer]);
      expect(fromColumn(message?.values ?? [])).to.deep.equal(list);
    }
  });

  it('stay an array if one has failed, or is no number', () => {
    const [failed] = sent((results) => {
      for (const at of upTo(300))
        if (at === 9) results.fail(at, new RangeError('no'));
        else results.add(at, at);
    });
    expect(failed?.values).to.be.an('array').with.length(300);
    expect(failed?.errors?.map(({ at }) => at)).to.deep.equal([9]);
    const [mixed] = sent((results) => {
      for (const at of upTo(300)) results.add(at, at === 299 ? 'text' : at);
    });
    expect(mixed).to.deep.include({ values: with1('text', 299), moved: [] });
  });
});
