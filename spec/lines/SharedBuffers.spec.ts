import { expect } from 'chai';
import { giveBack, SharedBuffers } from '../../src/lines/node/task/SharedBuffers.ts';

describe('SharedBuffers', () => {
  it('lends a buffer again when it has been given back, and not before', () => {
    const buffers = new SharedBuffers();
    const first = buffers.take(1000);
    const second = buffers.take(1000);
    expect(second.buffer).not.to.equal(first.buffer);

    giveBack(first);
    const third = buffers.take(1010);
    expect([third.buffer === first.buffer, third.length]).to.deep.equal([true, 1010]);
    expect(buffers.take(1000).buffer).not.to.be.oneOf([first.buffer, second.buffer]);
  });

  it('makes a larger one where those that were given back are too small, and forgets them', () => {
    const buffers = new SharedBuffers();
    const small = buffers.take(1000);
    giveBack(small);
    const large = buffers.take(1_000_000);
    expect(large.length).to.equal(1_000_000);
    expect(buffers.take(1000).buffer).not.to.be.oneOf([small.buffer, large.buffer]);
  });

  it('lends to two threads of work apart', () => {
    const [one, two] = [new SharedBuffers(), new SharedBuffers()];
    giveBack(one.take(10));
    expect(two.take(10).buffer).not.to.equal(one.take(10).buffer);
  });

  it('lends nothing where nothing is asked for', () => {
    expect(new SharedBuffers().take(0).length).to.equal(0);
  });
});
