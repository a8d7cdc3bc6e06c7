import type { Consumer } from './Consumer.ts';

/** A program whose tasks are served by the script of a worker, as in a page, and where they run. */
export interface ScriptConsumer extends Consumer {
  /** In the words of docs/browsers.md. */
  readonly runsIn: 'in threads' | 'in threads and processes' | 'in this thread' | 'in this thread, with one warning';
}

const ESBUILD = { esbuild: '0.28.2' };
const VITE = { vite: '8.3.8' };
const WEBPACK = { webpack: '5.113.0', 'webpack-cli': '7.3.1', 'esbuild-loader': '4.5.0', ...ESBUILD };
const NEXT = { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' };

const IN_THREADS = { runsIn: 'in threads', prints: /^thread 2,4,6 1,4,9 in a thread\n$/ } as const;
const IN_BOTH = {
  runsIn: 'in threads and processes',
  prints: /^thread 2,4,6 1,4,9 in a thread\nprocess 2,4,6 1,4,9 in a process\n$/,
} as const;
/** Inline tasks need no script, and so run in workers all the same. */
const HERE = 'thread 2,4,6 1,4,9 here\nprocess 2,4,6 1,4,9 here\n';
const IN_THIS_THREAD = { runsIn: 'in this thread', prints: new RegExp(`^${HERE}$`) } as const;
const WITH_WARNING = {
  runsIn: 'in this thread, with one warning',
  prints: new RegExp(`^(?![^]*RXJS_PARALLEL_SERIAL[^]*RXJS_PARALLEL_SERIAL)(?=[^]*RXJS_PARALLEL_SERIAL)[^]*${HERE}`),
} as const;

const POOLS = ['thread', 'process'];
const BUILT = ['dist/main.js', ...POOLS];

const esbuild = (options: object): Record<string, string> => ({
  'build.mjs': [
    "import { build } from 'esbuild';",
    `await build(${JSON.stringify({ bundle: true, platform: 'node', format: 'esm', outdir: 'dist', ...options })});\n`,
  ].join('\n'),
});
const vite = (...input: string[]): Pick<Consumer, 'files' | 'packages' | 'source'> => ({
  source: 'script',
  packages: VITE,
  files: {
    'vite.config.js': `export default ${JSON.stringify({
      logLevel: 'warn',
      build: { ssr: true, target: 'node20', rollupOptions: { input } },
    })};\n`,
  },
});
const VITE_BUILD = ['node_modules/vite/bin/vite.js', 'build'];

const webpack = (externals: object): Record<string, string> => ({
  'webpack.config.cjs': [
    'module.exports = {',
    "  target: 'node20',",
    "  mode: 'production',",
    "  entry: { main: './main.ts' },",
    "  resolve: { extensions: ['.ts', '.js'] },",
    "  module: { rules: [{ test: /\\.ts$/, loader: 'esbuild-loader', options: { target: 'es2022' } }] },",
    `  ...${JSON.stringify(externals)},`,
    '};\n',
  ].join('\n'),
});
const WEBPACK_BUILD = ['node_modules/webpack/bin/webpack.js', '--config', 'webpack.config.cjs'];

/** A server of Next.js; the script is named by an expression. */
const next = (
  worker: string,
  ...args: string[]
): Pick<Consumer, 'env' | 'files' | 'packages' | 'source' | 'steps'> => ({
  source: 'next',
  packages: NEXT,
  env: { NEXT_TELEMETRY_DISABLED: '1' },
  files: {
    'tasks/tasks.js': [
      "import { isMainThread } from 'node:worker_threads';",
      'export const double = (n) => n * 2;',
      'export const placeFrom = (pid) =>',
      "  process.pid !== pid ? 'in a process' : isMainThread ? 'here' : 'in a thread';\n",
    ].join('\n'),
    'tasks/tasks.worker.js': [
      "import { serve } from 'rxjs-parallel/worker';",
      "import * as tasks from './tasks.js';",
      'serve(tasks);\n',
    ].join('\n'),
    'lib/runAll.js': [
      "import { join } from 'node:path';",
      "import { pathToFileURL } from 'node:url';",
      "import { parallel, tasks } from 'rxjs-parallel';",
      'const { double, placeFrom } = tasks(',
      `  () => new Worker(${worker}, { type: 'module' }),`,
      "  () => import('../tasks/tasks.js'),",
      ');',
      'export async function runAll() {',
      '  const lines = [];',
      "  for (const pool of ['thread', 'process']) {",
      '    const config = { pool, workers: 2 };',
      '    const [doubled, squared, [place]] = await Promise.all([',
      '      parallel(double, [1, 2, 3], config),',
      '      parallel((n) => n * n, [1, 2, 3], config),',
      '      parallel(placeFrom, [process.pid], config),',
      '    ]);',
      '    lines.push(`${pool} ${String(doubled)} ${String(squared)} ${place}\\n`);',
      '  }',
      "  return lines.join('');",
      '}\n',
    ].join('\n'),
  },
  steps: [['node_modules/next/dist/bin/next', 'build', ...args], ['ask.mjs']],
});
const EXTERNAL = { 'next.config.mjs': "export default { serverExternalPackages: ['rxjs-parallel'] };\n" };
const nextExternal = (...args: string[]): ReturnType<typeof next> => {
  const made = next(BESIDE, ...args);
  return { ...made, files: { ...made.files, ...EXTERNAL } };
};
const BESIDE = "new URL('../tasks/tasks.worker.js', import.meta.url)";
const BY_PATH = "pathToFileURL(join(process.cwd(), 'tasks/tasks.worker.js'))";

/** The same tests in Vitest and Jest: a program that warns of nothing. */
const TESTS = {
  'main.test.ts': [
    "import { parallel, tasks } from 'rxjs-parallel';",
    'const { double, placeFrom } = tasks(',
    "  () => new Worker(new URL('./tasks.worker.ts', import.meta.url), { type: 'module' }),",
    "  () => import('./tasks.ts'),",
    ');',
    "test.each(['thread', 'process'])('tasks of a script, in the pool of the kind %s', async (pool: any) => {",
    '  const config = { pool, workers: 2 };',
    '  expect(await parallel(double, [1, 2, 3], config)).toEqual([2, 4, 6]);',
    "  expect(await parallel(placeFrom, [process.pid], config)).toEqual(['here']);",
    '});\n',
  ].join('\n'),
};
const PASSED = {
  runsIn: 'in this thread',
  prints: /^(?![^]*(did not exit|open handle|Error:|RXJS_PARALLEL))[^]*Tests:? +2 passed(, 2 total| \(2\))/,
} as const;
const VITEST = { vitest: '4.1.12', ...VITE, jsdom: '26.1.0' };
const JEST = {
  jest: '30.5.2',
  'jest-environment-jsdom': '30.5.2',
  '@babel/core': '7.29.13',
  '@babel/preset-typescript': '7.29.7',
};
const vitest = (...args: string[]): Pick<Consumer, 'files' | 'packages' | 'source' | 'steps'> => ({
  source: 'script',
  packages: VITEST,
  files: { ...TESTS, 'vitest.config.js': 'export default { test: { globals: true, testTimeout: 60_000 } };\n' },
  steps: [['node_modules/vitest/vitest.mjs', 'run', ...args]],
});
const jest = (...args: string[]): Pick<Consumer, 'files' | 'packages' | 'source' | 'steps'> => ({
  source: 'script',
  packages: JEST,
  files: {
    ...TESTS,
    'jest.config.json': { testTimeout: 60_000, extensionsToTreatAsEsm: ['.ts'] },
    'babel.config.json': { presets: ['@babel/preset-typescript'] },
  },
  steps: [['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--no-cache', ...args]],
});

/** Runs a program that npm links for a package. */
const linked = (...command: string[]): string[] => [
  '-e',
  `const [file, ...args] = ${JSON.stringify(command)};
   const { status } = require('child_process').spawnSync('node_modules/.bin/' + file, args, { stdio: 'inherit' });
   process.exitCode = status;`,
];

/** Programs whose tasks are served by scripts, in what runs outside of browsers. */
export const SCRIPTS: readonly ScriptConsumer[] = [
  {
    ...IN_BOTH,
    id: 'script-tsx',
    name: 'Node with tsx',
    source: 'script',
    packages: { tsx: '4.23.15' },
    steps: [['node_modules/tsx/dist/cli.mjs', 'main.ts', ...POOLS]],
  },
  {
    ...IN_BOTH,
    id: 'script-esbuild',
    name: 'esbuild, the script as an entry point of its own',
    source: 'script',
    packages: ESBUILD,
    files: esbuild({ entryPoints: ['main.ts', 'tasks.worker.ts'], packages: 'external' }),
    steps: [['build.mjs'], BUILT],
  },
  {
    ...IN_BOTH,
    id: 'script-bundled',
    name: 'esbuild, the script as an entry point of its own, package in the bundle',
    source: 'script',
    packages: ESBUILD,
    files: esbuild({ entryPoints: ['main.ts', 'tasks.worker.ts'] }),
    steps: [['build.mjs'], BUILT],
  },
  {
    ...WITH_WARNING,
    id: 'script-esbuild-alone',
    name: 'esbuild, the program alone',
    source: 'script',
    packages: ESBUILD,
    files: esbuild({ entryPoints: ['main.ts'], packages: 'external' }),
    steps: [['build.mjs'], BUILT],
  },
  {
    ...IN_BOTH,
    ...vite('main.ts', 'tasks.worker.ts'),
    id: 'script-vite',
    name: 'Vite for Node, the script as a second input',
    steps: [VITE_BUILD, BUILT],
  },
  {
    ...WITH_WARNING,
    ...vite('main.ts'),
    id: 'script-vite-alone',
    name: 'Vite for Node, the program alone',
    steps: [VITE_BUILD, BUILT],
  },
  {
    ...IN_THIS_THREAD,
    id: 'script-vite-dev',
    name: "Vite's server for development (`ssrLoadModule`)",
    source: 'script',
    packages: VITE,
    files: {
      'dev.mjs': [
        "import { createServer } from 'vite';",
        "const server = await createServer({ server: { middlewareMode: true }, appType: 'custom', logLevel: 'warn' });",
        "await server.ssrLoadModule('/main.ts');",
        'await server.close();\n',
      ].join('\n'),
    },
    steps: [['dev.mjs', ...POOLS]],
  },
  {
    ...IN_BOTH,
    id: 'script-webpack',
    name: 'webpack 5 for Node, package external',
    source: 'script',
    packages: WEBPACK,
    files: webpack({
      externalsType: 'module-import',
      externals: ['rxjs-parallel', 'rxjs-parallel/worker', 'rxjs'],
      experiments: { outputModule: true },
      output: { module: true, filename: '[name].js' },
    }),
    steps: [WEBPACK_BUILD, BUILT],
  },
  {
    ...IN_BOTH,
    id: 'script-webpack-bundled',
    name: 'webpack 5 for Node, package in the bundle',
    source: 'script',
    packages: WEBPACK,
    files: webpack({ experiments: { outputModule: true }, output: { module: true, filename: '[name].js' } }),
    steps: [WEBPACK_BUILD, BUILT],
  },
  { ...WITH_WARNING, ...next(BESIDE), id: 'script-next', name: 'Next.js 16, Turbopack' },
  { ...WITH_WARNING, ...next(BESIDE, '--webpack'), id: 'script-next-webpack', name: 'Next.js 16, webpack' },
  {
    ...WITH_WARNING,
    ...nextExternal(),
    id: 'script-next-external',
    name: 'Next.js 16, Turbopack, package in `serverExternalPackages`',
  },
  {
    ...WITH_WARNING,
    ...nextExternal('--webpack'),
    id: 'script-next-external-webpack',
    name: 'Next.js 16, webpack, package in `serverExternalPackages`',
  },
  {
    ...IN_BOTH,
    ...next(BY_PATH),
    id: 'script-next-path',
    name: 'Next.js 16, Turbopack, the script named by its path',
  },
  {
    ...IN_BOTH,
    ...next(BY_PATH, '--webpack'),
    id: 'script-next-path-webpack',
    name: 'Next.js 16, webpack, the script named by its path',
  },
  { ...PASSED, ...vitest(), id: 'script-vitest', name: 'Vitest 4' },
  { ...PASSED, ...vitest('--environment=jsdom'), id: 'script-vitest-jsdom', name: 'Vitest 4, jsdom' },
  { ...PASSED, ...jest(), id: 'script-jest', name: 'Jest 30, ES modules' },
  {
    // It has the build for browsers, which has no processes.
    ...jest('--env=jsdom', '--testNamePattern=thread'),
    id: 'script-jest-jsdom',
    name: 'Jest 30, ES modules, jsdom',
    runsIn: 'in this thread, with one warning',
    prints: /tasks run in this thread(?![^]*tasks run in this thread)[^]*Tests: +1 skipped, 1 passed, 2 total/,
  },
  {
    ...IN_BOTH,
    id: 'script-deno',
    name: 'Deno 2',
    source: 'script',
    packages: { deno: '2.9.6' },
    steps: [linked('deno', 'run', '--allow-all', 'main.ts', ...POOLS)],
  },
  {
    ...IN_THREADS,
    id: 'script-bun',
    name: 'Bun 1.4, in its Web Workers',
    source: 'script',
    packages: { bun: '1.4.5' },
    steps: [linked('bun', 'main.ts', 'thread')],
  },
];
