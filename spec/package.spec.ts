import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { npm } from './support/npm.ts';
import { run } from './support/run.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly dependencies: object;
  readonly peerDependencies: object;
};
const consumers = join(root, 'spec/support/projects/consumers');

describe('the package, as npm packs it', function () {
  this.timeout(60_000);
  let folder = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-packed-'));
    await install(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [way, source, type] of [
    ['an ES module', 'esm-js', 'module'],
    ['CommonJS', 'cjs-js', 'commonjs'],
  ] as const)
    it(`runs in threads and processes for a program that is ${way}`, async () => {
      const project = join(folder, source);
      cpSync(join(consumers, source), project, { recursive: true });
      writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
      const printed = await run(process.execPath, ['main.js'], { cwd: project, timeout: 20_000 });
      expect(printed).to.equal('thread 2,4,6 1,4,9\nprocess 2,4,6 1,4,9\n');
    });
});

/** Installs what npm would pack, and nothing that the package does not declare, without asking a registry. */
async function install(folder: string): Promise<void> {
  const listing = await npm(root, 'pack', '--dry-run', '--json', '--ignore-scripts');
  const [{ files }] = JSON.parse(listing) as [{ files: readonly { path: string }[] }];
  const modules = join(folder, 'node_modules');
  for (const { path } of files) {
    const copy = join(modules, manifest.name, path);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(root, path), copy);
  }
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
}
