import { expect } from 'chai';
import { Partitions } from '../../../src/flow/schedule/Partitions.ts';

describe('Partitions', () => {
  it('let the first item of a key go, and hold the others until it is done', () => {
    const partitions = new Partitions<string>();

    expect(partitions.enter('a', 'a1')).to.equal('a1');
    expect(partitions.enter('a', 'a2')).to.equal(undefined);
    expect(partitions.enter('a', 'a3')).to.equal(undefined);
    expect(partitions.enter('b', 'b1')).to.equal('b1');
    expect(partitions.size).to.equal(2);
    expect(partitions.isReady).to.equal(false);
    expect(partitions.next()).to.equal(undefined);
    expect(partitions.size).to.equal(2);

    partitions.releaseKey('a');
    expect(partitions.isReady).to.equal(true);
    expect(partitions.size).to.equal(2);
    expect(partitions.next()).to.equal('a2');
    expect(partitions.size).to.equal(1);
    expect(partitions.isReady).to.equal(false);
    expect(partitions.enter('a', 'a4')).to.equal(undefined);
    partitions.releaseKey('a');
    partitions.releaseKey('a');
    expect([partitions.next(), partitions.next(), partitions.next()]).to.deep.equal(['a3', 'a4', undefined]);
    expect(partitions.size).to.equal(0);
  });

  it('let a key go at once that has come free, and one that nobody has', () => {
    const partitions = new Partitions<string>();
    partitions.releaseKey('nobody');
    expect(partitions.isReady).to.equal(false);

    partitions.enter('a', 'a1');
    partitions.releaseKey('a');
    expect(partitions.isReady).to.equal(false);
    expect(partitions.enter('a', 'a2')).to.equal('a2');
    expect(partitions.enter('a', 'a3')).to.equal(undefined);
    partitions.releaseKey('a');
    expect(partitions.next()).to.equal('a3');
    partitions.releaseKey('a');
    expect(partitions.enter('a', 'a4')).to.equal('a4');
  });
});
