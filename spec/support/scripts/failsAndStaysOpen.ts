import { createServer } from 'node:net';

describe('a suite', () => {
  before(() => {
    createServer().listen(0);
    if (process.env.FAILS === 'hook') throw new Error('on purpose');
  });

  it('that leaves a server open, and fails', () => {
    throw new Error('on purpose');
  });
});
