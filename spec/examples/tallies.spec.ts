import { expect } from 'chai';
import { addTallies, emptyTallies, entriesOf, tally } from '../../examples/flights/tallies.ts';

describe('tallies', () => {
  it('are empty at first', () => {
    expect(entriesOf(emptyTallies())).to.deep.equal([]);
  });

  it('sum up by key', () => {
    const tallies = emptyTallies();
    tally(tallies, 7, -5, 100);
    tally(tallies, 9, 20, 300);
    tally(tallies, 7, 60, 100);
    expect(entriesOf(tallies)).to.deep.equal([
      [7, [2, 55, 200, 1, 0, 0, 1]],
      [9, [1, 20, 300, 0, 0, 1, 0]],
    ]);
  });

  it('grow with the number of keys', () => {
    const tallies = emptyTallies();
    for (const round of [1, 2]) for (let key = 0; key < 1000; key++) tally(tallies, key, round, key);
    expect(entriesOf(tallies)).to.deep.equal(
      Array.from({ length: 1000 }, (_, key) => [key, [2, 3, 2 * key, 0, 2, 0, 0]]),
    );
  });

  it('add up, whichever keys they have', () => {
    const some = emptyTallies();
    const others = emptyTallies();
    tally(some, 1, 5, 10);
    tally(some, 2, 5, 10);
    tally(others, 3, 5, 10);
    tally(others, 2, 7, 10);
    addTallies(some, others);
    expect(entriesOf(some)).to.deep.equal([
      [1, [1, 5, 10, 0, 1, 0, 0]],
      [2, [2, 12, 20, 0, 2, 0, 0]],
      [3, [1, 5, 10, 0, 1, 0, 0]],
    ]);
    expect(entriesOf(others)).to.have.length(2);
  });

  it('cross to another thread', () => {
    const tallies = emptyTallies();
    tally(tallies, 7, 5, 10);
    expect(entriesOf(structuredClone(tallies))).to.deep.equal(entriesOf(tallies));
  });
});
