import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { build, type Metafile, type Plugin } from 'esbuild';
import { buildWeb, webFiles } from '../etc/webBuild.js';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Marks the globals of Node where a bundle uses them. */
const GLOBALS = ['process', 'Buffer', 'setImmediate', 'clearImmediate', 'require', '__filename', '__dirname'];
const MARK = 'global_of_node_';

/** Bundles a module for browsers, and lists all that it reaches of Node: modules that cannot be resolved, and globals. */
async function nodeIn(contents: string): Promise<string[]> {
  try {
    const { outputFiles } = await build({
      absWorkingDir: root,
      stdin: { contents, resolveDir: root, sourcefile: 'entry.ts', loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      define: Object.fromEntries(GLOBALS.map((name) => [name, MARK + name])),
      external: ['rxjs', 'cli-progress'],
      plugins: [webFiles],
      write: false,
      logLevel: 'silent',
    });
    const code = outputFiles.map(({ text }) => text).join('');
    return [...new Set(code.match(new RegExp(`["'\`]node:\\w+|\\b${MARK}\\w+`, 'g')))];
  } catch (error) {
    const { errors } = error as { errors: readonly { text: string; location: { file: string } | null }[] };
    return errors.map(({ text, location }) => `${location?.file ?? ''}: ${text}`);
  }
}

/** Entry points that are for Node alone, and their folders. */
const FOR_NODE = ['bullmq.ts', 'pools/queue/', 'cli/', 'trace/', 'lines.ts', 'lines/'];

const sources = readdirSync(new URL('src', `file://${root}`), { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.includes('/node/'))
  .filter((file) => !FOR_NODE.some((path) => file.startsWith(path)));

describe('a bundle for browsers, with the folders named web in place of those named node', () => {
  it('is refused where it reaches a module or a global of Node', async () => {
    const kept = `export * from './src/worker.ts';`;
    expect(await nodeIn(`${kept} import 'node:fs';`)).to.deep.equal(['entry.ts: Could not resolve "node:fs"']);
    expect(await nodeIn(`${kept} console.log(process.pid, globalThis.process, Buffer.from([]));`)).to.deep.equal([
      `${MARK}process`,
      `${MARK}Buffer`,
    ]);
    expect(await nodeIn(`${kept} const process = 1; console.log(process);`)).to.deep.equal([]);
  });

  for (const entry of ['index', 'testing', 'worker'])
    it(`has all of the entry point ${entry}, and nothing of Node`, async () => {
      expect(await nodeIn(`export * from './src/${entry}.ts';`)).to.deep.equal([]);
    });

  it('has all other files, and nothing of Node', async () => {
    expect(sources).to.include.members(['pools/workers/WorkerPool.ts', 'tasks/module/loadTask.ts']);
    const all = sources.map((file, at) => `export * as file${String(at)} from './src/${file}';`);
    expect(await nodeIn(all.join('\n'))).to.deep.equal([]);
  });
});

/** The files of a bundle that a page loads before it runs: that of the entry point, and those that it imports. */
function loadedAtOnce(outputs: Metafile['outputs']): ReadonlySet<string> {
  const files = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint?.endsWith('entry.ts')));
  // The list grows while it is worked off.
  for (const file of files)
    for (const { path, kind, external } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) files.add(path);
  return files;
}

/** Kilobytes of a module and what it imports, as a page loads them before it runs. */
async function kbAtOnce(contents: string, resolveDir: string, plugins: Plugin[]): Promise<number> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir, sourcefile: 'entry.ts', loader: 'ts' },
    bundle: true,
    splitting: true,
    outdir: 'bundle',
    metafile: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'import.meta.url': 'undefined' },
    external: ['rxjs'],
    plugins,
    write: false,
    logLevel: 'error',
  });
  const files = loadedAtOnce(metafile.outputs);
  return outputFiles
    .filter(({ path }) => files.has(`bundle/${basename(path)}`))
    .map(({ contents: code }) => gzipSync(code, { level: 9 }).length / 1000)
    .reduce((sum, kb) => sum + kb, 0);
}

describe('the library for browsers, minified and compressed, without RxJS', () => {
  // It may become smaller. Where it has to grow, the limits say so.
  for (const [what, contents, limitKb] of [
    ['parallelMap with its workers', `export { parallelMap } from './src/index.ts';`, 33.7],
    ['parallelMap and tasks of scripts', `export { parallelMap, tasks } from './src/index.ts';`, 34.2],
    ['single calls', `export { pooled } from './src/index.ts';`, 33.7],
    ['the script of a worker', `import { serve } from './src/worker.ts'; serve({});`, 13.5],
  ] as const)
    it(`has at most ${String(limitKb)} kB: ${what}`, async () => {
      expect(await kbAtOnce(contents, root, [webFiles])).to.be.within(1, limitKb);
    });

  it('is nearly as small from the files that are published', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-web-'));
    try {
      await buildWeb(folder, 'built');
      writeFileSync(join(folder, 'package.json'), '{ "type": "module", "sideEffects": false }');
      expect(await kbAtOnce(`export { parallelMap } from './index.js';`, folder, [])).to.be.within(1, 34.6);
      expect(await kbAtOnce(`import { serve } from './worker.js'; serve({});`, folder, [])).to.be.within(1, 13.5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
