import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const tsNode = path('../node_modules/ts-node/dist/bin.js');
const tsx = path('../node_modules/tsx/dist/cli.mjs');

/** Each way to run a program in TypeScript, and the program: it uses the built package, as a program would. */
const ways: Record<string, readonly string[]> = {
  'the loader of ts-node': ['--import', path('./support/register.js'), path('./support/projects/esm/main.ts')],
  'the loader of tsx': ['--import', 'tsx', path('./support/projects/esm/main.ts')],
  'the command of tsx': [tsx, path('./support/projects/esm/main.ts')],
  'the command of tsx, in CommonJS': [tsx, path('./support/projects/cjs/main.ts')],
  'the command of ts-node': [tsNode, path('./support/projects/cjs/main.ts')],
  'the require hook of ts-node': ['-r', 'ts-node/register', path('./support/projects/cjs/main.ts')],
};
const native = (process.features as { typescript?: unknown }).typescript;
if (native === 'strip') ways['Node itself'] = [path('./support/projects/esm/main.ts')];

describe('a task of a TypeScript module', function () {
  this.timeout(30_000);

  for (const [way, args] of Object.entries(ways))
    it(`runs in threads and processes where the program is run by ${way}`, async () => {
      const { stdout } = await run(process.execPath, args, { timeout: 25_000 });
      expect(stdout).to.equal('thread 2,4,6\nprocess 2,4,6\n');
    });
});
