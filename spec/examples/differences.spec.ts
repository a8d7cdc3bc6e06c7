import { expect } from 'chai';
import type { Airports } from '../../examples/flights/airports.ts';
import { differences } from '../../examples/flights/differences.ts';
import { tally } from '../../examples/flights/tallies.ts';
import { addRejects, emptyTotals } from '../../examples/flights/totals.ts';

const airports: Airports = {
  list: ['LAX', 'JFK'].map((code, index) => ({ index, code, state: '', latitude: 0, longitude: 0 })),
  byCode: new Map(),
};
const totals = emptyTotals();
tally(totals.routes, 1, 20, 3975);
tally(totals.hours, 5, 20, 3975);
addRejects(totals, 'time', { count: 3, example: 'x' });

const equal: readonly [string, number[]][] = [
  ['hour 5', [1, 20, 3975, 0, 0, 1, 0]],
  ['rejected: time', [3]],
  ['route LAX-JFK', [1, 20, 3975, 0, 0, 1, 0]],
];
const found = (...changes: [string, number[]][]): string[] =>
  differences(totals, new Map([...equal, ...changes]), airports);

describe('differences', () => {
  it('finds none between equal sums', () => {
    expect(found()).to.deep.equal([]);
  });

  it('finds a sum that is another', () => {
    expect(found(['rejected: time', [4]])).to.deep.equal(['rejected: time: 3, in SQL 4']);
    expect(found(['hour 5', [1, 21, 3975, 0, 0, 1, 0]])).to.deep.equal([
      'hour 5: 1 20 3975 0 0 1 0, in SQL 1 21 3975 0 0 1 0',
    ]);
  });

  it('finds what only SQL has', () => {
    expect(found(['route JFK-LAX', [1]])).to.deep.equal(['route JFK-LAX: none, in SQL 1']);
  });

  it('finds what only we have', () => {
    expect(differences(totals, new Map(equal.slice(0, 2)), airports)).to.deep.equal([
      'route LAX-JFK: 1 20 3975 0 0 1 0, in SQL none',
    ]);
  });
});
