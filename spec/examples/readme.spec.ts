import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { runExample } from '../support/runExample.ts';

describe('the examples of the README', function () {
  this.timeout(60_000);

  it('are all the code that it shows: the rest is for a shell', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const languages = [...readme.matchAll(/^```(.*)$/gm)].filter((_, n) => n % 2 === 0).map(([, language]) => language);
    expect([...new Set(languages)].sort()).to.deep.equal(['sh', 'ts']);
  });

  it('operator: gives pairs as they finish, and results in order', async () => {
    const { lines, stderr, code } = await runExample('readme/operator.ts');
    expect([stderr, code]).to.deep.equal(['', 0]);
    expect(lines.filter((line) => line.includes(' ')).sort()).to.deep.equal(['0 7', '1 7', '2 8']);
    expect(lines.filter((line) => !line.includes(' '))).to.deep.equal(['7', '7', '8']);
  });

  it('promise: gives all results in order', async () => {
    expect(await runExample('readme/promise.ts')).to.deep.equal({
      lines: ['[ true, true, false ]'],
      stderr: '',
      code: 0,
    });
  });

  it('errors: gives an error in the place of a result', async () => {
    expect(await runExample('readme/errors.ts')).to.deep.equal({
      lines: ['9', 'task inEuros failed on item 1: no rate for XXX'],
      stderr: '',
      code: 0,
    });
  });

  it('stream: writes each line in its place', async () => {
    const program = readFileSync(new URL('../../examples/readme/stream.ts', import.meta.url), 'utf8').toUpperCase();
    expect(await runExample('readme/stream.ts')).to.deep.equal({
      lines: program.split('\n').slice(0, -1),
      stderr: '',
      code: 0,
    });
  });
});
