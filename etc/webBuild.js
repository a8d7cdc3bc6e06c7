// Builds dist/web: the library for browsers, from the same source.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a program loads when it needs it, and what else serves that alone. */
const LATER =
  /\/src\/(pools\/local\/|pools\/workers\/(web\/poolOfThread|serialPool)|pools\/shared\/stats\/idealStats|tasks\/(callable|inline\/(compileTask|explainReference)|module\/(loadTask|exportOf|web\/importModule)|script\/(loadServed|importScript))\.)/;

/**
 * Puts a file of a folder named web in place of that of the same name, in the folder named node beside it.
 *
 * What is loaded later by `import()` has copies of the files of {@link LATER}: entry points export some of them, too, and a
 * bundler puts what is needed both at once and later into what is loaded at once. They keep no state of their own.
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
    entryPoints: ['src/index.ts', 'src/testing.ts'],
    outdir,
  });
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
