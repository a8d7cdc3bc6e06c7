import { BUNDLERS } from './bundlers.ts';
import type { Consumer } from './Consumer.ts';
import { INSTALLERS } from './installers.ts';
import { TEST_RUNNERS } from './testRunners.ts';

const TYPESCRIPT = { typescript: '6.0.3' };
const TYPESCRIPT_5 = { typescript: '5.9.3' };
/** The first that has `NoInfer`, which the declarations use. */
const OLDEST = { typescript: '5.4.5' };
const NODE_TYPES = { '@types/node': '20.19.43' };
const TS_NODE = { ...TYPESCRIPT, ...NODE_TYPES, 'ts-node': '10.9.2' };
const TSX = { tsx: '4.23.15' };
const ESBUILD = { esbuild: '0.28.2' };
const VITE = { vite: '8.3.8' };

/** As strict as a program may be: it checks the types of the package, too. */
const STRICT = { target: 'ES2022', strict: true, exactOptionalPropertyTypes: true, rootDir: '.', outDir: 'dist' };
/** A program without the types of Node. */
const PLAIN = { ...STRICT, lib: ['ES2022', 'DOM'], types: [], rewriteRelativeImportExtensions: true };
/** A program without those of a browser. */
const NODES = { ...STRICT, lib: ['ES2022'], types: ['node'], module: 'nodenext' };

const tsconfig = (compilerOptions: object): Record<string, object> => ({ 'tsconfig.json': { compilerOptions } });
const TSC = ['node_modules/typescript/bin/tsc'];

const BUILT = ['dist/main.js'];
/** Builds the program and the module of its tasks. `createRequire` is the usual way to let an ESM bundle hold CommonJS. */
const esbuild = (format: 'cjs' | 'esm', options: object): Record<string, string> => ({
  'build.mjs': [
    `import { build } from 'esbuild';`,
    `await build(${JSON.stringify({
      entryPoints: ['main.ts', 'tasks.ts'],
      bundle: true,
      platform: 'node',
      format,
      outdir: 'dist',
      minify: true,
      keepNames: true,
      ...options,
    })});`,
  ].join('\n'),
});
const REQUIRE = {
  banner: { js: `import { createRequire as r } from 'node:module'; const require = r(import.meta.url);` },
};
const COPY_WORKER = [
  '-e',
  `require('fs').copyFileSync('node_modules/rxjs-parallel/dist/rxjs-parallel-worker.cjs', 'dist/rxjs-parallel-worker.cjs')`,
];

const vite = (ssr: object): Record<string, string> => ({
  'vite.config.js': `export default ${JSON.stringify({
    logLevel: 'warn',
    build: { ssr: true, target: 'node20', rollupOptions: { input: ['main.ts', 'tasks.ts'] } },
    ssr,
  })};`,
});
const VITE_BUILD = ['node_modules/vite/bin/vite.js', 'build'];

/** Each way to use the package. */
export const CONSUMERS: readonly Consumer[] = [
  { id: 'esm', name: 'JavaScript, ESM', source: 'esm-js', packages: {}, steps: [['main.js']] },
  { id: 'cjs', name: 'JavaScript, CommonJS `require`', source: 'cjs-js', packages: {}, steps: [['main.js']] },
  {
    id: 'nodenext',
    name: 'TypeScript compiled under `nodenext`',
    source: 'esm-ts',
    packages: TYPESCRIPT,
    files: tsconfig({ ...PLAIN, module: 'nodenext' }),
    steps: [TSC, BUILT],
  },
  {
    id: 'nodenext-cjs',
    name: 'TypeScript compiled under `nodenext` to CommonJS',
    source: 'cjs-ts',
    packages: { ...TYPESCRIPT, ...NODE_TYPES },
    files: tsconfig(NODES),
    steps: [TSC, BUILT],
  },
  {
    id: 'commonjs',
    name: 'TypeScript 5.9 compiled under `commonjs`, `node10`',
    source: 'cjs-ts',
    packages: { ...TYPESCRIPT_5, ...NODE_TYPES },
    files: tsconfig({ ...NODES, module: 'commonjs', moduleResolution: 'node10' }),
    steps: [TSC, BUILT],
  },
  {
    id: 'node16',
    name: 'TypeScript 5.9 compiled under `node16` to CommonJS',
    source: 'cjs-ts',
    packages: { ...TYPESCRIPT_5, ...NODE_TYPES },
    files: tsconfig({ ...NODES, module: 'node16' }),
    steps: [TSC, BUILT],
  },
  {
    id: 'oldest',
    name: 'TypeScript 5.4, the oldest, compiled under `node16` to CommonJS',
    source: 'cjs-ts',
    packages: { ...OLDEST, ...NODE_TYPES },
    files: tsconfig({ ...NODES, module: 'node16' }),
    steps: [TSC, BUILT],
  },
  {
    id: 'oldest-tsx',
    name: 'TypeScript 5.4 checked under `bundler`, tsx',
    source: 'esm-ts',
    packages: { ...OLDEST, ...TSX },
    files: tsconfig({
      ...STRICT,
      lib: ['ES2022', 'DOM'],
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      noEmit: true,
    }),
    steps: [TSC, ['node_modules/tsx/dist/cli.mjs', 'main.ts']],
  },
  {
    id: 'newest',
    name: 'TypeScript 7 compiled under `nodenext`',
    source: 'esm-ts',
    packages: { typescript: '7.0.2' },
    files: tsconfig({ ...PLAIN, module: 'nodenext' }),
    steps: [TSC, BUILT],
  },
  {
    id: 'bundler',
    name: 'TypeScript compiled under `bundler`',
    source: 'esm-ts',
    packages: TYPESCRIPT,
    files: tsconfig({ ...PLAIN, module: 'esnext', moduleResolution: 'bundler' }),
    steps: [TSC, BUILT],
  },
  {
    id: 'ts-node',
    name: 'ts-node',
    source: 'cjs-ts',
    packages: TS_NODE,
    files: tsconfig({ ...NODES, skipLibCheck: true }),
    steps: [['node_modules/ts-node/dist/bin.js', 'main.ts']],
  },
  {
    id: 'ts-node-require',
    name: '`node -r ts-node/register`',
    source: 'cjs-ts',
    packages: TS_NODE,
    files: tsconfig({ ...NODES, skipLibCheck: true }),
    steps: [['-r', 'ts-node/register', 'main.ts']],
  },
  {
    id: 'ts-node-esm',
    name: '`node --loader ts-node/esm`',
    source: 'esm-ts',
    packages: TS_NODE,
    files: {
      'tsconfig.json': {
        compilerOptions: { ...PLAIN, module: 'nodenext', rewriteRelativeImportExtensions: false, skipLibCheck: true },
        // ts-node emits, so that the compiler forbids the endings that Node needs.
        'ts-node': { ignoreDiagnostics: [5097] },
      },
    },
    steps: [['--loader', 'ts-node/esm', 'main.ts']],
  },
  { id: 'tsx', name: 'tsx', source: 'esm-ts', packages: TSX, steps: [['node_modules/tsx/dist/cli.mjs', 'main.ts']] },
  {
    id: 'tsx-cjs',
    name: 'tsx, CommonJS',
    source: 'cjs-ts',
    packages: TSX,
    steps: [['node_modules/tsx/dist/cli.mjs', 'main.ts']],
  },
  {
    id: 'tsx-import',
    name: '`node --import tsx`',
    source: 'esm-ts',
    packages: TSX,
    steps: [['--import', 'tsx', 'main.ts']],
  },
  {
    id: 'node',
    name: "TypeScript, by Node's own type stripping",
    source: 'esm-ts',
    packages: {},
    steps: [['main.ts']],
    unsuited: ({ strips }) => (strips ? undefined : 'Node strips types from 22.18 on'),
  },
  {
    id: 'esbuild',
    name: 'esbuild, ESM, package external',
    source: 'esm-ts',
    packages: ESBUILD,
    files: esbuild('esm', { packages: 'external' }),
    steps: [['build.mjs'], BUILT],
  },
  {
    id: 'esbuild-cjs',
    name: 'esbuild, CommonJS, package external',
    source: 'cjs-ts',
    packages: ESBUILD,
    files: esbuild('cjs', { packages: 'external' }),
    steps: [['build.mjs'], BUILT],
  },
  {
    id: 'esbuild-copied',
    name: 'esbuild, ESM, package in the bundle, its worker copied beside it',
    source: 'esm-ts',
    packages: ESBUILD,
    files: esbuild('esm', REQUIRE),
    steps: [['build.mjs'], COPY_WORKER, BUILT],
  },
  {
    id: 'esbuild-bundled',
    name: 'esbuild, ESM, package in the bundle',
    source: 'esm-ts',
    packages: ESBUILD,
    files: esbuild('esm', {}),
    steps: [['build.mjs'], BUILT],
  },
  {
    id: 'esbuild-bundled-cjs',
    name: 'esbuild, CommonJS, package in the bundle',
    source: 'cjs-ts',
    packages: ESBUILD,
    files: esbuild('cjs', { logLevel: 'error' }),
    steps: [['build.mjs'], BUILT],
  },
  {
    id: 'vite',
    name: 'Vite for Node, package external',
    source: 'esm-ts',
    packages: VITE,
    files: vite({}),
    steps: [VITE_BUILD, BUILT],
  },
  {
    id: 'vite-bundled',
    name: 'Vite for Node, package in the bundle',
    source: 'esm-ts',
    packages: VITE,
    files: vite({ noExternal: true }),
    steps: [VITE_BUILD, BUILT],
  },
  ...INSTALLERS,
  ...TEST_RUNNERS,
  ...BUNDLERS,
];
