import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { symbolForAll, webFiles } from '../../etc/webBuild.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

const shims = join(root, 'spec/web/contract/shims');

/** Gives the contract what a page has in place of Node's modules, and the names of files that the build writes. */
const inPage: Plugin = {
  name: 'in-page',
  setup: (made) => {
    made.onResolve({ filter: /^(?:node:|typescript$)/ }, ({ path }) => ({
      path: join(shims, `${path.replace('node:', '').replace('/', '-')}.ts`),
    }));
    made.onResolve({ filter: /[\\/]support[\\/]\w+\.ts$/ }, ({ path }) => {
      const shim = join(shims, basename(path));
      return existsSync(shim) ? { path: shim } : undefined;
    });
    made.onLoad({ filter: /[\\/](?:poolContract|contract|support)[\\/][\w.]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll(/(new URL\('[^']*(?<!worker))\.ts'/g, "$1.js'")
        // A bundle has other files.
        .replaceAll("include('poolTasks.ts')", "include('throwRich')"),
      loader: 'ts',
    }));
  },
};

/** The page of the contract of pools. */
export const buildPools = (folder: string): Promise<void> => buildContract('main', folder);
/** The page of the contract of operators. */
export const buildOperators = (folder: string): Promise<void> => buildContract('operators', folder);
/** The page of the rules about zones of Angular. */
export const buildZones = (folder: string): Promise<void> => buildContract('zones', folder);

/** Builds a page of the contract from the source of the library, into a folder. */
async function buildContract(page: string, folder: string): Promise<void> {
  // The program of the library's own workers comes with its build.
  const web = join(root, 'dist/web');
  const chunk = readdirSync(web).find(
    (name) =>
      /^shared-\w+\.js$/.test(name) && /\bexport \{\s*WORKER_TEXT\s/.test(readFileSync(join(web, name), 'utf8')),
  );
  const { WORKER_TEXT } = (await import(join(web, chunk ?? ''))) as { WORKER_TEXT: string };
  const text: Plugin = {
    name: 'worker-text',
    setup: (made) => {
      made.onLoad({ filter: /[\\/]workers[\\/]web[\\/]workerText\.ts$/ }, () => ({
        contents: `export const WORKER_TEXT = ${JSON.stringify(WORKER_TEXT)};`,
      }));
    },
  };
  await build({
    absWorkingDir: root,
    entryPoints: [page, 'poolTasks', 'poolTasks.worker', 'boardTasks'].map((name) => `spec/web/contract/${name}.ts`),
    outdir: folder,
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    target: 'es2022',
    plugins: [webFiles, inPage, text],
    ...symbolForAll,
    logLevel: 'error',
  });
  cpSync(join(dirname(require.resolve('mocha/package.json')), 'mocha.js'), join(folder, 'mocha.js'));
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<div id="mocha"></div>
<script src="/mocha.js"></script>
<script type="module" src="/${page}.js"></script>
`,
  );
}
