import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { PRINTED } from './matrix/cell.ts';
import { inLanes } from './support/inLanes.ts';

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
  this.timeout(60_000);
  let programs: (way: string) => Promise<{ readonly stdout: string }>;
  before(() => {
    programs = inLanes(
      Object.fromEntries(
        Object.entries(ways).map(([way, args]) => [way, () => run(process.execPath, args, { timeout: 55_000 })]),
      ),
    );
  });

  for (const way of Object.keys(ways))
    it(`runs in threads and processes where the program is run by ${way}`, async () => {
      const { stdout } = await programs(way);
      expect(stdout).to.equal('thread 2,4,6\nprocess 2,4,6\n');
    });
});

describe('a task of a TypeScript module, in a project without the loader that runs the program', function () {
  this.timeout(120_000);
  let folder: string;
  const loader = path('../node_modules/tsx/dist/loader.mjs');
  const hook = path('../node_modules/ts-node/register/transpile-only.js');

  /** A program, in a project that has the package and its peer. */
  const project = (name: 'cjs-ts' | 'esm-ts'): string => join(folder, name);
  /** A path that is relative to the folder where Node is started. */
  const near = (cwd: string, to: string): string => `./${relative(cwd, to).replaceAll('\\', '/')}`;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'typescript-')));
    for (const [name, type] of [
      ['cjs-ts', 'commonjs'],
      ['esm-ts', 'module'],
    ] as const) {
      cpSync(path(`./support/projects/consumers/${name}`), project(name), { recursive: true });
      cpSync(path('./support/projects/cjs/tsconfig.json'), join(project(name), 'tsconfig.json'));
      writeFileSync(join(project(name), 'package.json'), JSON.stringify({ type }));
    }
    mkdirSync(join(folder, 'elsewhere'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(path('../'), join(folder, 'node_modules/rxjs-parallel'), 'junction');
    symlinkSync(path('../node_modules/rxjs'), join(folder, 'node_modules/rxjs'), 'junction');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const prints = async (cwd: string, ...args: string[]): Promise<void> => {
    const { stdout } = await run(process.execPath, args, { cwd, timeout: 110_000 });
    expect(stdout).to.equal(PRINTED);
  };

  it('runs by the command of tsx, in ES modules and in CommonJS', async () => {
    await Promise.all([prints(project('esm-ts'), tsx, 'main.ts'), prints(project('cjs-ts'), tsx, 'main.ts')]);
  });

  it('runs by the command of tsx that is started in another folder', async () => {
    const cwd = join(folder, 'elsewhere');
    await prints(cwd, tsx, near(cwd, join(project('esm-ts'), 'main.ts')));
  });

  it('runs by a loader that a flag names by its path, be it relative', async () => {
    const cwd = join(folder, 'elsewhere');
    await Promise.all([
      prints(project('esm-ts'), `--import=${loader}`, 'main.ts'),
      prints(cwd, '--import', near(cwd, loader), near(cwd, join(project('esm-ts'), 'main.ts'))),
    ]);
  });

  it('runs by the command of ts-node, and by its hook of a relative path', async () => {
    await Promise.all([
      prints(project('cjs-ts'), tsNode, 'main.ts'),
      prints(project('cjs-ts'), '-r', near(project('cjs-ts'), hook), 'main.ts'),
    ]);
  });
});

describe('a task of a TypeScript module that Node cannot run, in a program of JavaScript with tsx installed', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'typescript-installed-')));
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['rxjs', 'tsx'])
      symlinkSync(path(`../node_modules/${name}`), join(folder, 'node_modules', name), 'junction');
    symlinkSync(path('../'), join(folder, 'node_modules/rxjs-parallel'), 'junction');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  let projects = 0;
  /** Runs two tasks of a module in each pool, in a project of its own. */
  const prints = async (type: 'commonjs' | 'module', name: string, importing: string): Promise<void> => {
    projects += 1;
    const cwd = join(folder, `project-${String(projects)}`);
    const files = {
      'package.json': JSON.stringify({ type }),
      'factor.ts': 'export enum Factor { Double = 2 }',
      [name]: `
        ${importing}
        export const double = (n: number): number => n * Factor.Double;
        export const square = (n: number): number => n ** Factor.Double;`,
      'main.cjs': `
        const { parallel, tasks } = require('rxjs-parallel');
        const { double, square } = tasks(require('node:path').join(__dirname, '${name}'));
        void (async () => {
          for (const where of [{ pool: 'thread', workers: 1 }, { pool: 'process', workers: 1 }, { workers: 0 }])
            console.log(String(await Promise.all([double, square].map((task) => parallel(task, [1, 2, 3], where)))));
        })();`,
    };
    mkdirSync(cwd);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
    const { stdout } = await run(process.execPath, ['main.cjs'], { cwd, timeout: 110_000 });
    expect(stdout).to.equal('2,4,6,1,4,9\n'.repeat(3));
  };

  it('runs where the module is CommonJS', async () => {
    await Promise.all([
      prints('commonjs', 'imports.ts', "import { Factor } from './factor';"),
      prints('commonjs', 'requires.ts', "const { Factor } = require('./factor') as typeof import('./factor');"),
    ]);
  });

  it('runs where the module is an ES module', async () => {
    await Promise.all([
      prints('module', 'imports.ts', "import { Factor } from './factor';"),
      prints('module', 'awaits.ts', "const { Factor } = await import('./factor.ts');"),
    ]);
  });

  it('runs where its ending says that it may have JSX', async () => {
    await Promise.all([
      prints('module', 'imports.tsx', "import { Factor } from './factor';"),
      prints('commonjs', 'imports.tsx', "import { Factor } from './factor';"),
    ]);
  });
});
