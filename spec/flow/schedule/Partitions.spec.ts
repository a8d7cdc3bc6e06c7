import { expect } from 'chai';
import { Partitions, type Taken } from '../../../src/flow/schedule/Partitions.ts';

/** Items that are named by their key and index, as a1. */
function added(...names: readonly string[]): Partitions<string> {
  const partitions = new Partitions<string>();
  for (const name of names) add(partitions, name);
  return partitions;
}

function add(partitions: Partitions<string>, name: string): void {
  partitions.add(name[0], { index: Number(name.slice(1)), item: name });
}

const itemsOf = (taken: readonly Taken<string>[]): string[] => taken.map(({ item }) => item);
const leaveAll = (partitions: Partitions<string>, taken: readonly Taken<string>[]): (number | undefined)[] =>
  taken.map(({ partition }) => partitions.leave(partition));

const one = { items: 1, workers: 1, several: false };
const many = { items: 100, workers: 1, several: true };

describe('Partitions', () => {
  it('let the first item of a key go, and hold the others until it is done', () => {
    const partitions = added('a1', 'a2', 'a3', 'b4');
    expect([partitions.size, partitions.readySize]).to.deep.equal([4, 4]);

    const a = partitions.take(one);
    expect(itemsOf(a)).to.deep.equal(['a1']);
    expect([partitions.size, partitions.readySize]).to.deep.equal([3, 1]);
    const b = partitions.take(one);
    expect(itemsOf(b)).to.deep.equal(['b4']);
    expect([partitions.size, partitions.readySize]).to.deep.equal([2, 0]);
    expect(partitions.take(one)).to.deep.equal([]);
    add(partitions, 'b5');
    expect([partitions.size, partitions.readySize]).to.deep.equal([3, 0]);

    expect(leaveAll(partitions, a)).to.deep.equal([2]);
    expect([partitions.size, partitions.readySize]).to.deep.equal([3, 2]);
    const next = partitions.take(one);
    expect(itemsOf(next)).to.deep.equal(['a2']);
    expect(leaveAll(partitions, b)).to.deep.equal([5]);
    expect(itemsOf(partitions.take(one))).to.deep.equal(['b5']);
    expect(leaveAll(partitions, next)).to.deep.equal([3]);
    expect([partitions.size, partitions.readySize]).to.deep.equal([1, 1]);
  });

  it('let a key go at once that has been free', () => {
    const partitions = added('a1');
    expect(leaveAll(partitions, partitions.take(one))).to.deep.equal([undefined]);
    expect([partitions.size, partitions.readySize]).to.deep.equal([0, 0]);
    add(partitions, 'a2');
    expect(itemsOf(partitions.take(one))).to.deep.equal(['a2']);
  });

  it('give a chunk several items of several keys, in the order of the source', () => {
    const partitions = added('a1', 'b2', 'a3', 'b4', 'a5', 'c6');
    expect(itemsOf(partitions.take({ ...many, items: 4 }))).to.deep.equal(['a1', 'b2', 'a3', 'c6']);
    expect([partitions.size, partitions.readySize]).to.deep.equal([2, 0]);
  });

  it('give a chunk the room that keys of few items leave', () => {
    const partitions = added('a1', 'b2', 'b3', 'b4', 'b5', 'b6');
    expect(itemsOf(partitions.take({ ...many, items: 4 }))).to.deep.equal(['a1', 'b2', 'b3', 'b4']);
  });

  it('give a chunk one item of each key, unless it may have several', () => {
    const partitions = added('a1', 'a2', 'b3', 'b4', 'c5');
    expect(itemsOf(partitions.take({ ...many, several: false }))).to.deep.equal(['a1', 'b3', 'c5']);
  });

  it('give a chunk its share of the free keys', () => {
    const partitions = added('a1', 'b2', 'c3', 'd4', 'e5');
    const two = { ...many, workers: 2 };
    const first = partitions.take(two);
    expect(itemsOf(first)).to.deep.equal(['a1', 'b2', 'c3']);
    expect(itemsOf(partitions.take(two))).to.deep.equal(['d4']);
    expect(itemsOf(partitions.take(two))).to.deep.equal(['e5']);
    expect(partitions.take(two)).to.deep.equal([]);
  });

  it('give each of endlessly many chunks one key', () => {
    const partitions = added('a1', 'b2');
    expect(itemsOf(partitions.take({ ...many, workers: Infinity }))).to.deep.equal(['a1']);
  });

  it('free a key when the last of its items is done', () => {
    const partitions = added('a1', 'a2', 'b3', 'a4');
    const taken = partitions.take({ ...many, items: 3 });
    expect(itemsOf(taken)).to.deep.equal(['a1', 'a2', 'b3']);
    expect(leaveAll(partitions, taken)).to.deep.equal([undefined, 4, undefined]);
    expect(itemsOf(partitions.take(many))).to.deep.equal(['a4']);
  });

  it('take items back, which go before the others of their keys', () => {
    const partitions = added('a1', 'b2', 'a3', 'b4', 'a5', 'a6');
    const taken = partitions.take({ ...many, items: 5 });
    expect(itemsOf(taken)).to.deep.equal(['a1', 'b2', 'a3', 'b4', 'a5']);
    expect([partitions.size, partitions.readySize]).to.deep.equal([1, 0]);
    for (const { index, item, partition } of taken.slice(2)) partitions.putBack(partition, { index, item });
    expect([partitions.size, partitions.readySize]).to.deep.equal([4, 0]);
    expect(leaveAll(partitions, taken.slice(2))).to.deep.equal([undefined, undefined, undefined]);
    expect(leaveAll(partitions, taken.slice(0, 2))).to.deep.equal([3, 4]);
    expect([partitions.size, partitions.readySize]).to.deep.equal([4, 4]);
    expect(itemsOf(partitions.take({ ...many, items: 3 }))).to.deep.equal(['a3', 'b4', 'a5']);
    expect([partitions.size, partitions.readySize]).to.deep.equal([1, 0]);
  });

  it('hold nothing of keys that have gone by', () => {
    const partitions = new Partitions<number>();
    for (let index = 0; index < 1000; index += 1) {
      partitions.add({}, { index, item: index });
      for (const { partition } of partitions.take(one)) partitions.leave(partition);
    }
    expect(Reflect.get(partitions, 'partitions')).to.have.property('size', 0);
  });
});
