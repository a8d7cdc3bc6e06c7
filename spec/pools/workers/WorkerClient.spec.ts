import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const script = fileURLToPath(new URL('../../support/scripts/deep.ts', import.meta.url));

describe('a worker thread', () => {
  it('says what it cannot read of what was sent, and goes on', async function () {
    this.timeout(60_000);
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--stack-size=6000', '--import', 'tsx', script],
      { timeout: 15_000 },
    );
    const { results, error } = JSON.parse(stdout) as { results: (number | string)[]; error: string };
    expect(stderr).to.equal('');
    expect(results).to.have.lengthOf(3);
    expect([results[0], results[2]]).to.deep.equal([0, 1]);
    expect(results[1]).to.include('item 1 cannot be sent to task depth in a thread');
    expect(error).to.include('the args of task anonymous cannot be sent to a thread');
  });
});

for (const kind of ['thread', 'process'])
  describe(`a worker ${kind} of a program that is given on the command line`, () => {
    const text = `
      import { parallel } from 'rxjs-parallel';
      console.log(await parallel((n) => n * 2, [1, 2], { pool: '${kind}', workers: 1 }));`;

    for (const flags of [['--input-type=module'], ['--input-type', 'module', '--no-warnings']])
      it(`starts: ${flags.join(' ')}`, async function () {
        this.timeout(60_000);
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, '--eval', text], {
          cwd: fileURLToPath(new URL('../../../', import.meta.url)),
          timeout: 15_000,
        });
        expect({ stdout, stderr }).to.deep.equal({ stdout: '[ 2, 4 ]\n', stderr: '' });
      });
  });
