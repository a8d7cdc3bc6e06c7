import { cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

/** Gives the library as it is built for browsers, in place of its source. */
const built: Plugin = {
  name: 'built',
  setup: (made) => {
    made.onResolve({ filter: /\/src\/\w+\.ts$/ }, ({ path }) => ({
      path: join(root, 'dist/web', `${basename(path, '.ts')}.js`),
    }));
  },
};

/** The scripts of workers, each an entry point of its own. */
const WORKERS = ['images', 'late', 'other', 'silent', 'throwing', 'unreadable'].map(
  (name) => `spec/web/page/tasks/${name}.worker.ts`,
);

/** Builds the page of the specs, and all that it loads, into a folder. */
export async function buildPage(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['spec/web/page/main.ts', 'spec/web/page/csp.ts', 'spec/web/page/tasks/byUrl.ts', ...WORKERS],
    outbase: 'spec/web/page',
    outdir: folder,
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    target: 'es2022',
    conditions: ['browser'],
    plugins: [built],
    logLevel: 'error',
  });
  cpSync(join(dirname(require.resolve('mocha/package.json')), 'mocha.js'), join(folder, 'mocha.js'));
  writeFileSync(join(folder, 'tasks/syntax.worker.js'), 'this is no JavaScript');
  writeFileSync(join(folder, 'index.html'), HTML);
}

const HTML = `<!doctype html>
<meta charset="utf-8">
<title>rxjs-parallel</title>
<link rel="icon" href="data:,">
<div id="mocha"></div>
<script src="/mocha.js"></script>
<script type="module" src="/main.js"></script>
`;
