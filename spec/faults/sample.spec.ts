import { expect } from 'chai';
import { SAMPLE } from './cells.ts';
import { specifyCells } from './specifyCells.ts';

describe('forty cells of the matrix of faults', () => {
  it('are forty, of each fault in each kind of worker', () => {
    expect(SAMPLE).to.have.lengthOf(40);
    expect(new Set(SAMPLE.map(({ kind, fault }) => `${fault.name} ${kind}`)).size).to.equal(29);
  });

  specifyCells(SAMPLE);
});
