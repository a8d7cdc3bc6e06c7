import { PROJECT, type Consumer, type Installer } from './Consumer.ts';
import { NPX } from '../support/npm.ts';

const TSX = { tsx: '4.23.15' };
const TSX_COMMAND = ['node_modules/tsx/dist/cli.mjs', 'main.ts'];

const PNPM: Installer = {
  package: 'pnpm',
  version: '10.34.9',
  script: 'bin/pnpm.cjs',
  args: ['install', '--prefer-offline', '--ignore-workspace'],
};
const YARN: Installer = {
  package: '@yarnpkg/cli-dist',
  version: '4.18.1',
  script: 'bin/yarn.js',
  args: ['install'],
};
const PNP = {
  '.yarnrc.yml': ['nodeLinker: pnp', 'enableTelemetry: false', 'enableImmutableInstalls: false', ''].join('\n'),
  'yarn.lock': '',
};
/** As `yarn node` starts it. */
const PNP_FLAGS = ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs'];

/** Package managers, and programs whose loader is not installed with them. */
export const INSTALLERS: readonly Consumer[] = [
  { id: 'pnpm-esm', name: 'pnpm 10, ESM', source: 'esm-js', packages: {}, installer: PNPM, steps: [['main.js']] },
  { id: 'pnpm-tsx', name: 'pnpm 10, tsx', source: 'esm-ts', packages: TSX, installer: PNPM, steps: [TSX_COMMAND] },
  {
    id: 'yarn-esm',
    name: 'Yarn 4, Plug’n’Play, ESM',
    source: 'esm-js',
    packages: {},
    installer: YARN,
    files: PNP,
    steps: [[...PNP_FLAGS, 'main.js']],
  },
  {
    id: 'yarn-cjs',
    name: 'Yarn 4, Plug’n’Play, CommonJS',
    source: 'cjs-js',
    packages: {},
    installer: YARN,
    files: PNP,
    steps: [['--require', './.pnp.cjs', 'main.js']],
  },
  {
    id: 'yarn-tsx',
    name: 'Yarn 4, Plug’n’Play, `node --import tsx`',
    source: 'esm-ts',
    packages: TSX,
    installer: YARN,
    files: PNP,
    steps: [[...PNP_FLAGS, '--import', 'tsx', 'main.ts']],
    unsuited: ({ strips }) => (strips ? 'tsx hangs with Plug’n’Play there, with any program' : undefined),
  },
  {
    id: 'yarn-node',
    name: "Yarn 4, Plug’n’Play, TypeScript by Node's own type stripping",
    source: 'esm-ts',
    packages: {},
    installer: YARN,
    files: PNP,
    steps: [[...PNP_FLAGS, 'main.ts']],
    unsuited: ({ strips }) => (strips ? undefined : 'Node strips types from 22.18 on'),
  },
  {
    id: 'npx-tsx',
    name: '`npx tsx`, tsx not in the project',
    source: 'esm-ts',
    packages: {},
    steps: [[NPX, '--yes', 'tsx@4.23.15', 'main.ts']],
  },
  {
    id: 'npx-tsx-cjs',
    name: '`npx tsx`, CommonJS, tsx not in the project',
    source: 'cjs-ts',
    packages: {},
    steps: [[NPX, '--yes', 'tsx@4.23.15', 'main.ts']],
  },
  {
    id: 'npx-tsx-beside',
    name: '`npx tsx`, started in another folder',
    source: 'esm-ts',
    packages: {},
    steps: [[NPX, '--yes', 'tsx@4.23.15', `${PROJECT}/main.ts`]],
    runIn: 'beside',
  },
  {
    id: 'ts-node-beside',
    name: 'ts-node, installed elsewhere than the program',
    source: 'cjs-ts',
    packages: {},
    files: { 'tsconfig.json': { compilerOptions: { target: 'ES2022', module: 'nodenext', types: [] } } },
    steps: [[NPX, '--yes', '--package=ts-node@10.9.2', '--package=typescript@6.0.3', 'ts-node', '-T', 'main.ts']],
  },
];
