import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { symbolForAll, webFiles } from '../../etc/webBuild.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

/** Gives the contract of pools what a page has in place of Node's modules, and the names of files that the build writes. */
const inPage: Plugin = {
  name: 'in-page',
  setup: (made) => {
    made.onResolve({ filter: /^node:/ }, ({ path }) => ({
      path: join(root, 'spec/web/contract/shims', `${path.slice('node:'.length).replace('/', '-')}.ts`),
    }));
    made.onLoad({ filter: /[\\/]poolContract[\\/]\w+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll(/(new URL\('[^']*)\.ts'/g, "$1.js'")
        // A bundle has other files.
        .replaceAll("include('poolTasks.ts')", "include('throwRich')"),
      loader: 'ts',
    }));
  },
};

/** Builds the contract of pools as a page, from the source of the library, into a folder. */
export async function buildContract(folder: string): Promise<void> {
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
    entryPoints: ['main', 'poolTasks', 'poolTasks.worker'].map((name) => `spec/web/contract/${name}.ts`),
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
<script type="module" src="/main.js"></script>
`,
  );
}
