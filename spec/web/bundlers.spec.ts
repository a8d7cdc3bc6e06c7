import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Consumer } from '../matrix/Consumer.ts';
import { install, pack } from '../matrix/install.ts';
import { run } from '../support/run.ts';
import { installedBrowsers } from './installedBrowsers.ts';
import { postedBy } from './postedBy.ts';

/** A bundler that builds the page of a program. */
interface Row extends Consumer {
  /** The folder that it writes. */
  readonly output: string;
  /** Whether the gate runs it. */
  readonly gate?: true;
}

const ROWS: readonly Row[] = [
  {
    id: 'web-vite',
    name: 'Vite 8, build',
    source: 'web',
    packages: { vite: '8.3.8' },
    files: { 'vite.config.js': "export default { build: { target: 'es2022' } };\n" },
    steps: [['node_modules/vite/bin/vite.js', 'build']],
    output: 'dist',
    gate: true,
  },
  {
    id: 'web-webpack',
    name: 'webpack 5',
    source: 'web',
    packages: { webpack: '5.113.0', 'webpack-cli': '7.3.1', 'esbuild-loader': '4.5.0', esbuild: '0.28.2' },
    files: {
      'webpack.config.cjs': `module.exports = ${JSON.stringify({
        mode: 'production',
        entry: './main.ts',
        resolve: { extensions: ['.ts', '.js'] },
        module: { rules: [{ test: '\\.ts$', loader: 'esbuild-loader', options: { target: 'es2022' } }] },
        experiments: { topLevelAwait: true },
      }).replace(String.raw`"\\.ts$"`, String.raw`/\.ts$/`)};\n`,
      'page.html': '<!doctype html><script type="module" src="/main.js"></script>',
    },
    steps: [['node_modules/webpack/bin/webpack.js', '--config', 'webpack.config.cjs']],
    output: 'dist',
  },
  {
    id: 'web-esbuild',
    name: 'esbuild, the script as an entry point of its own',
    source: 'web',
    packages: { esbuild: '0.28.2' },
    files: {
      'build.mjs': [
        "import { build } from 'esbuild';",
        "await build({ entryPoints: ['main.ts', 'images.worker.ts'], bundle: true, minify: true, splitting: true,",
        "  format: 'esm', target: 'es2022', outdir: 'dist' });",
      ].join('\n'),
      'page.html': '<!doctype html><script type="module" src="/main.js"></script>',
    },
    steps: [['build.mjs']],
    output: 'dist',
  },
];

/** The page of a program that is served as it is written. */
const PLAIN_PAGE = `<!doctype html>
<script type="importmap">
  { "imports": { "rxjs": "/rxjs.js", "rxjs-parallel": "/rxjs-parallel/index.js" } }
</script>
<script type="module">
  import { parallel, tasks } from 'rxjs-parallel';
  const { thumbnail } = tasks(new URL('./images.js', import.meta.url));
  const results = {
    byUrl: await parallel(thumbnail, ['sea', 'sky']),
    inline: await parallel((n) => n * n, [2, 3]),
    here: await parallel(thumbnail, ['sea'], { workers: 0 }),
  };
  await fetch('/results', { method: 'POST', body: JSON.stringify(results) });
</script>
`;

const PLAIN: Row = {
  id: 'web-plain',
  name: 'an import map, and no bundler',
  source: 'web',
  packages: { esbuild: '0.28.2' },
  files: {
    // Only RxJS is bundled: its modules leave out the endings of files.
    'build.mjs': [
      "import { build } from 'esbuild';",
      "import { cpSync, writeFileSync } from 'node:fs';",
      "await build({ stdin: { contents: `export * from 'rxjs'`, resolveDir: '.' }, bundle: true, format: 'esm', outfile: 'dist/rxjs.js' });",
      "cpSync('node_modules/rxjs-parallel/dist/web', 'dist/rxjs-parallel', { recursive: true });",
      "const place = `(typeof document === 'undefined' ? 'a worker' : 'the page')`;",
      "writeFileSync('dist/images.js', `export const thumbnail = (photo) => photo + ' in ' + ${place};`);",
    ].join('\n'),
    'page.html': PLAIN_PAGE,
  },
  steps: [['build.mjs']],
  output: 'dist',
};

const EXPECTED = {
  served: ['sea in a worker', 'sky in a worker'],
  inline: ['4 undefined', '9 undefined'],
  ordered: [10, 20, 30],
  generator: [0, 1, 2],
  error: [true, true, 7, 'odd: 7'],
  moved: [254, 253],
  here: ['sea in the page'],
  calls: ['a in a worker', 'b in a worker'],
};

const browsers = installedBrowsers();
const rows = process.env.RXJS_PARALLEL_BUNDLERS === 'gate' ? ROWS.filter(({ gate }) => gate) : ROWS;

describe(`a program that a bundler has built, in ${browsers.map(({ name }) => name).join(', ') || 'no browser'}`, function () {
  this.timeout(240_000);
  let folder = '';
  let packed = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-web-'));
    packed = await pack(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const row of browsers.length === 0 ? [] : rows)
    it(`runs served and inline tasks in workers: ${row.name}`, async () => {
      await expectPosted(row, EXPECTED);
    });

  for (const row of browsers.length === 0 || rows !== ROWS ? [] : [PLAIN])
    it(`runs modules that are named by their URLs, and inline tasks, in workers: ${row.name}`, async () => {
      await expectPosted(row, {
        byUrl: ['sea in a worker', 'sky in a worker'],
        inline: [4, 9],
        here: ['sea in the page'],
      });
    });

  async function expectPosted(row: Row, expected: unknown): Promise<void> {
    const root = await built(row);
    for (const browser of browsers)
      expect(await postedBy(browser, root, { limitMs: 60_000 }), browser.name).to.deep.equal(expected);
  }

  async function built(row: Row): Promise<string> {
    const project = await install(row, folder, packed);
    for (const step of row.steps) await run(process.execPath, [...step], { cwd: project });
    const root = join(project, row.output);
    if (row.files?.['page.html'] !== undefined) copyFileSync(join(project, 'page.html'), join(root, 'index.html'));
    return root;
  }
});
