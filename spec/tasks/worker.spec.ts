import { expect } from 'chai';

describe('the entry for code in a worker', () => {
  it('has currentTask, registerError, serve and transfer, and importing it has no effect', async () => {
    const before = Object.getOwnPropertySymbols(globalThis).length;
    const worker = (await import(`../../src/worker.ts?fresh=${String(1)}`)) as object;
    expect(Object.keys(worker)).to.have.members(['currentTask', 'registerError', 'serve', 'transfer']);
    expect(Object.getOwnPropertySymbols(globalThis).length).to.equal(before);
  });
});
