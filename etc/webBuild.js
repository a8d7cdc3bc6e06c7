// Builds dist/web: the library for browsers, from the same source.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The files that a program loads when it needs them, and those that serve them alone. */
const LATER =
  /\/src\/(pools\/local\/|pools\/workers\/(web\/poolOfThread|serialPool)|pools\/shared\/stats\/idealStats|tasks\/(callable|inline\/(compileTask|explainReference)|module\/(loadTask|exportOf|web\/importModule)|script\/(loadServed|importScript))\.)/;

/**
 * Puts a file of a folder named web in place of that of the same name, in the folder named node beside it.
 *
 * Code that `import()` loads later has copies of the files of {@link LATER}: entry points export some of them, too, and a
 * bundler puts a file that is needed both at once and later into the part that is loaded at once. They keep no state.
 *
 * @type {import('esbuild').Plugin}
 */
export const webFiles = {
  name: 'web-files',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind, pluginData }) => {
      const file = resolve(resolveDir, path);
      const isForNode = /\/node\/[^/]+$/.test(path);
      const web = isForNode ? file.replace(/([\\/])node([\\/][^\\/]+)$/, '$1web$2') : file;
      if (isForNode && !existsSync(web))
        return { errors: [{ text: `${path} is for Node, and there is none for browsers` }] };
      const isLater = (kind === 'dynamic-import' || pluginData === LATER) && LATER.test(web.replaceAll('\\', '/'));
      if (!isForNode && !isLater) return undefined;
      return { path: web, sideEffects: false, ...(isLater ? { suffix: '?later', pluginData: LATER } : {}) };
    });
    onLoad({ filter: /\.ts$/ }, ({ path, suffix, pluginData }) =>
      suffix === '?later' ? { contents: readFileSync(path, 'utf8'), loader: 'ts', pluginData } : undefined,
    );
  },
};

/** Puts in the place of a symbol that not all browsers have one that all have. */
export const symbolForAll = {
  define: { 'Symbol.asyncDispose': 'asyncDispose' },
  inject: ['src/platform/web/asyncDispose.ts'],
};

/** @satisfies {import('esbuild').BuildOptions} */
const OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  format: /** @type {const} */ ('esm'),
  platform: /** @type {const} */ ('browser'),
  target: 'es2022',
  external: ['rxjs'],
  ...symbolForAll,
  // Bundlers rewrite it, and nothing here is found by it.
  define: { ...symbolForAll.define, 'import.meta.url': 'undefined' },
  sourcemap: true,
  sourcesContent: false,
  logLevel: /** @type {const} */ ('warning'),
};

/**
 * These do not share a file with the rest: a bundler leaves out a file that a program does not use, and only in part what
 * stands beside code that it uses, such as the classes of pools, which name themselves.
 */
const APART = ['src/operators/parallelMap.ts', 'src/pools/local/LocalPool.ts', 'src/pools/workers/web/ThreadPool.ts'];

/**
 * Builds the entry points for browsers.
 *
 * @param {string} outdir - The folder to write.
 * @param {string} buildId - Is another one with each change of the source.
 */
export async function buildWeb(outdir, buildId) {
  const text = await inlineWorker();
  const plugins = [
    webFiles,
    put('workers/web/buildId', `export const BUILD_ID = ${JSON.stringify(buildId)};`),
    put('workers/web/workerText', `export const WORKER_TEXT = ${JSON.stringify(text)};`),
  ];
  // Alone: the script of a worker loads one file.
  await build({ ...OPTIONS, plugins, entryPoints: ['src/worker.ts'], outdir });
  await build({
    ...OPTIONS,
    plugins,
    splitting: true,
    chunkNames: 'shared-[hash]',
    entryPoints: ['src/index.ts', 'src/testing.ts', ...APART],
    outdir,
    entryNames: '[name]',
  });
  for (const file of APART) for (const end of ['', '.map']) rmSync(join(outdir, `${basename(file, '.ts')}.js${end}`));
  // The maps of copies lead to the file of which they are copies.
  for (const name of readdirSync(outdir).filter((file) => file.endsWith('.map'))) {
    const path = join(outdir, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('.ts?later"', '.ts"'));
  }
}

/** The script of workers that have no script of the program, as text. */
async function inlineWorker() {
  const { outputFiles } = await build({
    ...OPTIONS,
    format: 'iife',
    minify: true,
    sourcemap: false,
    plugins: [webFiles],
    entryPoints: ['src/pools/worker-side/web/inlineWorker.ts'],
    write: false,
  });
  return outputFiles.map(({ text }) => text.trim()).join('');
}

/**
 * Replaces a file of src/pools.
 *
 * @param {string} name - Its path there, without the ending.
 * @param {string} contents - The text in its place.
 * @returns {import('esbuild').Plugin}
 */
function put(name, contents) {
  const path = join(root, 'src/pools', `${name}.ts`);
  readFileSync(path);
  return {
    name,
    setup: ({ onLoad }) => {
      onLoad({ filter: new RegExp(`/src/pools/${name}\\.ts$`) }, () => ({ contents, resolveDir: root }));
    },
  };
}
