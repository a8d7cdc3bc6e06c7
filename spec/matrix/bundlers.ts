import type { Consumer } from './Consumer.ts';

const WEBPACK = { webpack: '5.113.0', 'webpack-cli': '7.3.1' };
const REACT = { react: '19.3.1', 'react-dom': '19.3.1' };
const NEXT_15 = { next: '15.5.29', ...REACT };
const NEXT_16 = { next: '16.4.6', ...REACT };

const BUILT = ['dist/main.js'];

/** Builds the program and the module of its tasks. */
const webpack = (config: object): Record<string, string> => ({
  'webpack.config.cjs': `module.exports = ${JSON.stringify({
    target: 'node20',
    mode: 'production',
    entry: { main: './main.js', tasks: './tasks.js' },
    ...config,
  })};\n`,
});
const WEBPACK_BUILD = ['node_modules/webpack/bin/webpack.js', '--config', 'webpack.config.cjs'];
const COMMONJS = { output: { library: { type: 'commonjs2' } } };

const next = (...args: string[]): Pick<Consumer, 'env' | 'source' | 'steps'> => ({
  source: 'next',
  steps: [['node_modules/next/dist/bin/next', 'build', ...args], ['ask.mjs']],
  env: { NEXT_TELEMETRY_DISABLED: '1' },
});

/** Bundlers, and what has one inside. */
export const BUNDLERS: readonly Consumer[] = [
  {
    id: 'webpack-cjs',
    name: 'webpack 5, CommonJS, package in the bundle',
    source: 'cjs-js',
    packages: WEBPACK,
    files: webpack(COMMONJS),
    steps: [WEBPACK_BUILD, BUILT],
  },
  {
    id: 'webpack-external',
    name: 'webpack 5, CommonJS, package external',
    source: 'cjs-js',
    packages: WEBPACK,
    files: webpack({
      ...COMMONJS,
      externals: { 'rxjs-parallel': 'commonjs rxjs-parallel', 'rxjs-parallel/worker': 'commonjs rxjs-parallel/worker' },
    }),
    steps: [WEBPACK_BUILD, BUILT],
  },
  {
    id: 'webpack-esm',
    name: 'webpack 5, ESM, package in the bundle; `import.meta` and `new URL` left as they are',
    source: 'esm-js',
    packages: WEBPACK,
    files: webpack({
      experiments: { outputModule: true },
      output: { module: true, filename: '[name].js', library: { type: 'module' } },
      module: { parser: { javascript: { importMeta: false, url: false } } },
    }),
    steps: [WEBPACK_BUILD, BUILT],
  },
  { id: 'next-15', name: 'Next.js 15, webpack', packages: NEXT_15, ...next() },
  { id: 'next-15-turbopack', name: 'Next.js 15, Turbopack', packages: NEXT_15, ...next('--turbopack') },
  { id: 'next-16', name: 'Next.js 16, Turbopack', packages: NEXT_16, ...next(), gate: true },
  { id: 'next-16-webpack', name: 'Next.js 16, webpack', packages: NEXT_16, ...next('--webpack') },
  {
    id: 'next-16-external',
    name: 'Next.js 16, Turbopack, package in `serverExternalPackages`',
    packages: NEXT_16,
    ...next(),
    files: { 'next.config.mjs': `export default { serverExternalPackages: ['rxjs-parallel'] };\n` },
  },
  {
    id: 'one-file',
    name: 'esbuild, one CommonJS file for AWS Lambda and the like; tasks in place',
    source: 'one-file',
    packages: { esbuild: '0.28.2' },
    files: {
      'build.cjs': [
        `require('esbuild').buildSync({`,
        `  entryPoints: ['main.ts'], bundle: true, platform: 'node', format: 'cjs', target: 'node20', minify: true,`,
        `  outfile: '../beside/main.js',`,
        `});`,
        `require('fs').copyFileSync('serve.cjs', '../beside/serve.cjs');`,
      ].join('\n'),
    },
    steps: [['build.cjs'], ['serve.cjs']],
    runIn: 'beside',
  },
];
