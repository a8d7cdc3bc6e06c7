import { expect } from 'chai';
import { run } from '../../support/run.ts';

const built = new URL('../../../dist/web/index.js', import.meta.url).href;
const PROGRAM = `
delete globalThis.structuredClone;
const { parallel } = await import(${JSON.stringify(built)});
console.log(String(await parallel((n) => n * 2, [1, 2], { workers: 0 })));
`;

describe('the build for browsers', function () {
  this.timeout(60_000);

  it('can be imported where there is no structuredClone, as in the jsdom of Jest', async () => {
    const args = ['--input-type=module', '--eval', PROGRAM];
    expect(await run(process.execPath, args, { timeout: 30_000 })).to.equal('2,4\n');
  });
});
