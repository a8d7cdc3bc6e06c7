import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build, type BuildOptions } from 'esbuild';
import { run } from './support/run.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

/** Prints, of a thread and a process, what a program sees that has the package installed, and one that is a bundle of it. */
const PROGRAM = `
  const print = (value) => console.log(JSON.stringify(value));
  const look = () => [
    Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith('_')).sort().join(),
    typeof require, typeof module, typeof exports, typeof __filename, typeof crypto.subtle, process.argv.length,
    process.argv[1].endsWith('rxjs-parallel-worker.cjs'), process.execArgv,
  ];
  const nested = () => {
    const { fork } = process.getBuiltinModule('node:child_process');
    return new Promise((resolve) => fork('./nested.cjs').once('message', resolve));
  };
  const main = async () => {
    print(parallelable('workers', 2));
    for (const kind of ['thread', 'process']) {
      print(await parallel((n) => n * 2, [1, 2, 3], { pool: kind }));
      print(await parallel(look, [1], { pool: kind }));
      print(await parallel(nested, [1], { pool: kind }));
      const [failed] = await parallel(() => { throw new RangeError('no'); }, [1], { pool: kind, onError: 'return' });
      print([failed instanceof TaskError, failed.name, failed.cause instanceof RangeError, failed.cause.message]);
      const [died] = await parallel(() => { console.error('dying'); process.exit(7); }, [1], { pool: kind, onError: 'return', crashRetries: 0 });
      print([died instanceof WorkerCrashError, died.exitCode, died.stderr.includes('dying') || kind]);
      const pools = [1, 2].map(() => new { thread: ThreadPool, process: ProcessPool }[kind]({ workers: 1, memoryMb: 64, graceMs: 50 }));
      print(await Promise.all(pools.map((pool) => parallel(async (n) => (await import('node:os')).EOL.length > 0 && n, [1], { pool }))));
      await Promise.all(pools.map((pool) => pool.close()));
      print(await parallel(tasks(module).double, [1, 2], { pool: kind }));
    }
  };
  main();
`;
const IMPORTED = 'parallel, parallelable, tasks, TaskError, WorkerCrashError, ThreadPool, ProcessPool';
const MODULE = `new URL('./tasks.mjs', import.meta.url)`;
const programs = {
  esm: `import { ${IMPORTED} } from 'rxjs-parallel'; const module = ${MODULE}; ${PROGRAM}`,
  cjs: `const { ${IMPORTED} } = require('rxjs-parallel'); const path = require('node:path').join(__dirname, 'tasks.mjs'); { const module = path; ${PROGRAM} }`,
  importing: `import { ${IMPORTED} } from 'rxjs-parallel'; import { join } from 'node:path'; const module = join(__dirname, 'tasks.mjs'); ${PROGRAM}`,
};

/** Each way to make one file of a program: its source, the format, and what else is asked of esbuild. */
const BUNDLES: readonly (readonly [string, keyof typeof programs, 'cjs' | 'esm', BuildOptions])[] = [
  ['an ES module', 'esm', 'esm', {}],
  ['an ES module, minified', 'esm', 'esm', { minify: true, keepNames: true }],
  ['CommonJS that requires', 'cjs', 'cjs', {}],
  ['CommonJS that imports, minified', 'importing', 'cjs', { minify: true, keepNames: true, logLevel: 'silent' }],
];

describe('a program in a single file, with nothing beside it', function () {
  this.timeout(60_000);
  let folder = '';
  let expected = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-bundles-'));
    const installed = program('installed');
    // Beside the package, and not in a bundle of it.
    const source = programs.esm.replace(
      `'rxjs-parallel'`,
      JSON.stringify(new URL('../dist/index.js', import.meta.url).href),
    );
    writeFileSync(join(installed, 'main.mjs'), source);
    expected = await run(process.execPath, ['main.mjs'], { cwd: installed, timeout: 40_000 });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Makes the folder of a program, with its tasks and with a program that a task starts. */
  function program(name: string): string {
    const made = join(folder, name);
    mkdirSync(made);
    writeFileSync(join(made, 'tasks.mjs'), 'export const double = (n) => n * 2;');
    writeFileSync(join(made, 'nested.cjs'), 'process.send(process.execArgv); process.disconnect();');
    return made;
  }

  it('is compared with one that has the package installed, and does all that', () => {
    expect(expected.split('\n').length).to.equal(16);
    expect(expected).to.include('"undefined","undefined","undefined","undefined","object",2,true,[]]');
  });

  for (const [name, source, format, options] of BUNDLES)
    it(`runs the same without configuration: ${name}`, async () => {
      const bundled = program(name);
      const file = `main.${format === 'esm' ? 'mjs' : 'cjs'}`;
      await build({
        stdin: { contents: programs[source], resolveDir: root },
        alias: { 'rxjs-parallel': join(dist, `index.${source === 'cjs' ? 'cjs' : 'js'}`) },
        bundle: true,
        platform: 'node',
        format,
        outfile: join(bundled, file),
        ...options,
      });

      expect(await run(process.execPath, [file], { cwd: bundled, timeout: 40_000 })).to.equal(expected);
    });

  it('says which module a bundler has left behind, and runs when that is done to the letter', async () => {
    const made = join(folder, 'modules');
    mkdirSync(made);
    const contents = `
      import { parallel, tasks } from 'rxjs-parallel';
      const { square } = tasks(new URL('./squares.js', import.meta.url));
      for (const pool of ['thread', 'process'])
        console.log(await parallel(square, [2, 3], { pool }).catch(({ message }) => message));`;
    writeFileSync(join(made, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(made, 'main.js'), contents);
    writeFileSync(join(made, 'square.js'), 'export const square = (n) => n * n;');
    writeFileSync(join(made, 'squares.js'), `export { square } from './square.js';`);
    const bundled = async (...names: readonly string[]): Promise<string> => {
      await build({
        entryPoints: names.map((name) => join(made, name)),
        alias: { 'rxjs-parallel': join(dist, 'index.js') },
        bundle: true,
        platform: 'node',
        format: 'esm',
        outdir: join(made, `of ${String(names.length)}`),
        nodePaths: [join(root, 'node_modules')],
      });
      return await run(process.execPath, [join(made, `of ${String(names.length)}`, 'main.js')], { timeout: 40_000 });
    };

    const said = await bundled('main.js');
    expect(said.match(/there is no file:.*of%201\/squares\.js.* as an entry point of its own\n/g)).to.have.length(2);
    expect(await bundled('main.js', 'squares.js')).to.equal('[ 4, 9 ]\n[ 4, 9 ]\n');
  });

  /** The functions for code in a worker, in tasks that are sent as their text. */
  const inline = (names: string): string => `
    ${names}
    import { parallel } from 'rxjs-parallel';
    const index = (n) => [n, currentTask().index];
    const moved = (n) => transfer(new Uint8Array([n]), []);
    export const run = async () => {
      for (const pool of ['thread', 'process'])
        for (const task of [index, moved])
          console.log(JSON.stringify(await parallel(task, [5, 6], { pool, workers: 1 }).catch(({ message }) => message)));
    };
    run();`;
  const buildInline = async (name: string, contents: string, format: 'cjs' | 'esm', options: BuildOptions) => {
    const bundled = program(name);
    const file = join(bundled, `main.${format === 'esm' ? 'mjs' : 'cjs'}`);
    const alias = { 'rxjs-parallel/worker': join(dist, 'worker.js'), 'rxjs-parallel': join(dist, 'index.js') };
    const stdin = { contents, resolveDir: root, loader: 'ts' } as const;
    await build({
      stdin,
      alias,
      bundle: true,
      platform: 'node',
      format,
      outfile: file,
      logLevel: 'silent',
      ...options,
    });
    return (await run(process.execPath, [file], { timeout: 40_000 })).trim().split('\n');
  };

  for (const format of ['esm', 'cjs'] as const)
    it(`says how to use currentTask and transfer in place, where it renames them, and that works (${format})`, async () => {
      const imported = "import { currentTask, transfer } from 'rxjs-parallel/worker';";
      const said = await buildInline(`renamed-${format}`, inline(imported), format, { minify: true });
      expect(said).to.have.length(4);
      for (const message of said)
        expect(message).to.match(/ is not defined in the worker: .* If a bundler has renamed an imported currentTask/);

      const [, declared = ''] = /in TypeScript, (declare const currentTask: .*)"$/.exec(said[0] ?? '') ?? [];
      const advised = inline(`${declared}; ${declared.replaceAll('currentTask', 'transfer')};`);
      expect(advised).to.include('transfer: typeof import');
      for (const minify of [true, false])
        expect(await buildInline(`declared-${format}-${String(minify)}`, advised, format, { minify })).to.deep.equal([
          '[[5,0],[6,1]]',
          '[{"0":5},{"0":6}]',
          '[[5,0],[6,1]]',
          '[{"0":5},{"0":6}]',
        ]);
    });

  it('takes a module of tasks in CommonJS, where import.meta is empty, as the advice says', async () => {
    const bundled = program('commonjs');
    const contents = `
      import { join } from 'node:path';
      import { parallel, tasks } from 'rxjs-parallel';
      const factor = 2;
      const said = (work) => Promise.resolve().then(work).catch(({ message }) => message);
      export const run = async () => {
        console.log(await said(() => tasks('./tasks.mjs')));
        console.log(await said(() => parallel((n) => n * factor, [1, 2], { workers: 1 })));
        console.log(await said(() => tasks(7)));
        for (const pool of ['thread', 'process'])
          console.log(String(await parallel(tasks(join(__dirname, 'tasks.mjs')).double, [1, 2], { pool })));
      };
      run();`;
    await build({
      stdin: { contents, resolveDir: root },
      alias: { 'rxjs-parallel': join(dist, 'index.js') },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: join(bundled, 'main.cjs'),
      logLevel: 'silent',
    });
    const [path, inPlace, id, ...results] = (await run(process.execPath, ['main.cjs'], { cwd: bundled })).split('\n');

    expect(path).to.match(/in a bundle of CommonJS join\(__dirname, '\.\/tasks\.mjs'\)/);
    expect(inPlace).to.include("in CommonJS tasks(join(__dirname, 'x.js'))");
    expect(id).to.match(/not 7, which webpack .*: write join\(__dirname, 'x\.js'\)$/);
    expect(results).to.deep.equal(['2,4', '2,4', '']);
  });

  it('is left alone by bundlers where it imports what is known at run time', () => {
    for (const ending of ['.js', '.cjs']) {
      // The entries share chunks.
      const files = readdirSync(dist).filter((file) => file.endsWith(ending) && /^(index|shared-)/.test(file));
      const code = files
        .map((file) => readFileSync(join(dist, file), 'utf8').replaceAll(/^.*WORKER_TEXT = .*$/gm, ''))
        .join('\n');
      // Advice in messages has imports of './x.ts'.
      const imports = [
        ...code.matchAll(/(?<!typeof )\bimport\((?!\.\.\.|\?:|\/\* webpackMode|'\.\/x\.ts')[^"]{0,120}/g),
      ].map(([text]) => text);

      expect(imports.length).to.be.above(1);
      for (const text of imports)
        for (const comment of ['webpackIgnore: true', 'turbopackIgnore: true', '@vite-ignore'])
          expect(text).to.include(comment);
      expect(code).to.not.match(/\bcreateRequire\(import\.meta|"node:module"(?!\);$)/m);
    }
  });
});
