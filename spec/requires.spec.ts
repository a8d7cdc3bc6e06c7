import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { expect } from 'chai';

const MAIN = fileURLToPath(new URL('../dist/index.cjs', import.meta.url));

type Require = (path: string) => unknown;

/** Loads a file of the package as Jest does: from its text, by a `require` of its own, and without `import`. */
function loadFile(file: string, require: Require): unknown {
  const module = { exports: {}, require };
  const run = runInThisContext(Module.wrap(readFileSync(file, 'utf8')), { filename: file }) as (
    ...args: readonly unknown[]
  ) => void;
  const requireOther = createRequire(file);
  // The entries share chunks, which Jest loads in the same way.
  const requireOwn: Require = (path) =>
    path.startsWith('./') ? loadFile(join(dirname(file), path), require) : requireOther(path);
  run(module.exports, Object.assign(requireOwn, requireOther), module, file, dirname(file));
  return module.exports;
}

function load(require: Require): typeof import('../src/index.ts') {
  return loadFile(MAIN, require) as typeof import('../src/index.ts');
}

describe('a task of a module, in a context that cannot import', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'requires-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('is required in this thread by the `require` of the package, and imported by workers', async () => {
    const path = join(folder, 'tasks.cjs');
    writeFileSync(path, 'exports.double = (n) => n * 2; exports.twice = (n) => n + n;');
    const required: string[] = [];
    const { parallel, tasks } = load((wanted) => {
      required.push(wanted);
      return { double: (n: number) => n * 200, twice: (n: number) => n * 200 };
    });
    const { double, twice } = tasks<Record<'double' | 'twice', (n: number) => number>>(path);

    const here = await Promise.all([double, twice].map((task) => parallel(task, [1, 2], { workers: 0 })));
    const there = await Promise.all([double, twice].map((task) => parallel(task, [1, 2], { workers: 1 })));

    expect(here).to.deep.equal([
      [200, 400],
      [200, 400],
    ]);
    expect(there).to.deep.equal([
      [2, 4],
      [2, 4],
    ]);
    expect(required).to.deep.equal([path, path]);
  });
});
