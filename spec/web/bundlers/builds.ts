import { readFileSync } from 'node:fs';
import type { Row } from './Row.ts';

const PROGRAM = new URL('../../support/projects/consumers/web/postResults.ts', import.meta.url);
const ESBUILD = { esbuild: '0.28.2' };
const PAGE = { 'page.html': '<!doctype html><script type="module" src="/main.js"></script>\n' };

/** The program as it is written for bundlers that leave the URLs of scripts as they are. */
const namesOutputs = { 'postResults.ts': readFileSync(PROGRAM, 'utf8').replaceAll(".worker.ts'", ".worker.js'") };

/** Bundlers that write a folder of files, which any server may serve. */
export const BUILDS: readonly Row[] = [
  {
    id: 'web-vite',
    name: 'Vite 8, build',
    source: 'web',
    packages: { vite: '8.3.8' },
    steps: [['node_modules/vite/bin/vite.js', 'build']],
    output: 'dist',
    gate: true,
  },
  {
    id: 'web-webpack',
    name: 'webpack 5',
    source: 'web',
    packages: { webpack: '5.113.0', 'webpack-cli': '7.3.1', 'esbuild-loader': '4.5.0', ...ESBUILD },
    files: {
      'webpack.config.js': [
        'export default {',
        "  mode: 'production',",
        "  entry: './main.ts',",
        "  resolve: { extensions: ['.ts', '.js'] },",
        "  module: { rules: [{ test: /\\.ts$/, loader: 'esbuild-loader', options: { target: 'es2022' } }] },",
        '};\n',
      ].join('\n'),
      ...PAGE,
    },
    steps: [['node_modules/webpack/bin/webpack.js']],
    output: 'dist',
  },
  {
    id: 'web-esbuild',
    name: 'esbuild, each script as an entry point of its own',
    source: 'web',
    packages: ESBUILD,
    files: {
      'build.mjs': [
        "import { build } from 'esbuild';",
        '',
        'await build({',
        "  entryPoints: ['main.ts', 'images.worker.ts', 'colors.worker.ts'],",
        '  bundle: true,',
        '  minify: true,',
        '  splitting: true,',
        "  format: 'esm',",
        "  target: 'es2022',",
        "  outdir: 'dist',",
        '});\n',
      ].join('\n'),
      ...PAGE,
      ...namesOutputs,
    },
    steps: [['build.mjs']],
    output: 'dist',
  },
  {
    id: 'web-rollup',
    name: 'Rollup 4, each script as an entry point of its own',
    source: 'web',
    packages: {
      rollup: '4.68.8',
      '@rollup/plugin-node-resolve': '16.0.3',
      'rollup-plugin-esbuild': '6.2.1',
      ...ESBUILD,
    },
    files: {
      'rollup.config.js': [
        "import { nodeResolve } from '@rollup/plugin-node-resolve';",
        "import esbuild from 'rollup-plugin-esbuild';",
        '',
        'export default {',
        "  input: ['main.ts', 'images.worker.ts', 'colors.worker.ts'],",
        "  output: { dir: 'dist' },",
        "  plugins: [nodeResolve(), esbuild({ target: 'es2022' })],",
        '};\n',
      ].join('\n'),
      ...PAGE,
      ...namesOutputs,
    },
    steps: [['node_modules/rollup/dist/bin/rollup', '--config']],
    output: 'dist',
  },
  {
    id: 'web-parcel',
    name: 'Parcel 2, without scope hoisting',
    source: 'web',
    packages: { parcel: '2.16.4' },
    manifest: { '@parcel/resolver-default': { packageExports: true } },
    steps: [['node_modules/parcel/lib/bin.js', 'build', 'index.html', '--no-scope-hoist']],
    output: 'dist',
  },
];
