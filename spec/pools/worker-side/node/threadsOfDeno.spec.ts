import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parallel, ThreadPool } from '../../../../src/index.ts';

const register = new URL('../../../support/register.js', import.meta.url).href;
const likeDeno = fileURLToPath(new URL('../../../support/likeDeno.cjs', import.meta.url));

describe('threads', function () {
  this.timeout(60_000);

  it('start where they have a process.send without a channel, as in Deno', async () => {
    const pool = new ThreadPool({
      workers: 1,
      execArgv: ['--enable-source-maps', '--import', register, '--require', likeDeno],
    });
    try {
      expect(await parallel((n: number) => n * 2, [1, 2], { pool })).to.deep.equal([2, 4]);
    } finally {
      await pool.close();
    }
  });
});
