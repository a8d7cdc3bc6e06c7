import { defineConfig } from 'eslint/config';
import rxjs from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

/** Imports go one way: entry points, testing, lines, operators, flow, pools, tasks, util, platform. */
const LAYERS = ['testing', 'lines', 'operators', 'flow', 'pools', 'tasks', 'util', 'platform'];

/** All that operators and the flow may know of pools: the seam, and the pools that a run may choose by name. */
const BEHIND_THE_SEAM = {
  regex: String.raw`/pools/(?!pool\.ts$|calls\.ts$|workers/node/withPool\.ts$|workers/calls/directCallsOn\.ts$)`,
  message:
    'Operators and the flow know pools by pools/pool.ts, pools/calls.ts, directCallsOn.ts, and by the pools that a run may choose by name.',
};

/** The rooms of `pools`, and those that each of them may import. */
const ROOMS = {
  wire: [],
  shared: [],
  'worker-side': ['wire'],
  local: ['shared'],
  workers: ['wire', 'shared', 'local', 'worker-side'],
  queue: ['wire', 'shared', 'workers'],
};

/** The packages that a user of many machines installs, and the one place that loads them. */
const WITHOUT_PEERS = {
  group: ['bullmq', 'ioredis'],
  message: 'These are optional: src/pools/queue/node/redis alone imports them, and loads them when they are needed.',
};

/** Where Node may be reached: the rest is for browsers, too. */
const NODE = ['src/**/node/**'];

const oneWay = (...group) => ({
  group: [...group, ...['index', 'testing', 'worker', 'lines'].map((entry) => `**/${entry}.ts`)],
  message: 'Imports go one way: entry points, testing, lines, operators, flow, pools, tasks, util, platform.',
});

/** All that lies above a layer. */
const above = (layer) => LAYERS.slice(0, LAYERS.indexOf(layer)).map((folder) => `**/${folder}/**`);

/** Worker code starts fast and needs no peer. */
const WITHOUT_RXJS = {
  group: ['rxjs', 'rxjs/*', '**/rx/**'],
  message: 'Code that runs in workers loads no rxjs, and nothing that does.',
};

const WITHOUT_NODE = {
  group: ['node:*'],
  message: 'Node is reached in folders named node, and nowhere else.',
};

/** Of the options of a rule ESLint takes the last that match a file, and no others: so each has all that holds there. */
const forbid = (files, ...patterns) => [
  { files, rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, WITHOUT_PEERS, WITHOUT_NODE] }] } },
  ...NODE.flatMap((node) => ({
    files: files.map((file) => [file, node]),
    rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, WITHOUT_PEERS] }] },
  })),
];

const mayImport = (name, others) => [
  ...above('pools'),
  ...Object.keys(ROOMS)
    .filter((other) => other !== name && !others.includes(other))
    .map((other) => `**/${other}/**`),
];

/** A room has files for Node, in a folder of their own, which the others do not import. */
const room = (name, ...patterns) => [
  ...forbid([`src/pools/${name}/**`], oneWay(...mayImport(name, ROOMS[name]), './node/**', '**/node/**'), ...patterns),
  ...forbid([`src/pools/${name}/node/**`], oneWay(...mayImport(name, ROOMS[name])), ...patterns),
];

const WALLS = [
  ...forbid(['src/testing/**'], oneWay('**/operators/**', '**/flow/**', '**/workers/**', '**/worker-side/**')),
  ...forbid(['src/lines/**'], oneWay('**/testing/**', '**/flow/**', '**/worker-side/**')),
  ...forbid(
    ['src/lines/node/*.ts', 'src/lines/node/task/**'],
    oneWay('**/testing/**', '**/flow/**', '**/worker-side/**'),
    WITHOUT_RXJS,
  ),
  ...forbid(['src/operators/**'], oneWay(...above('operators')), BEHIND_THE_SEAM),
  ...forbid(['src/flow/**'], oneWay(...above('flow')), BEHIND_THE_SEAM),
  ...forbid(['src/pools/*.ts'], oneWay(...above('pools'))),
  ...['shared', 'local', 'workers', 'queue'].flatMap((name) => room(name)),
  {
    files: ['src/pools/queue/node/redis/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [oneWay(...mayImport('queue', ROOMS.queue))] }] },
  },
  ...['wire', 'worker-side'].flatMap((name) => room(name, WITHOUT_RXJS)),
  ...forbid(['src/tasks/**'], oneWay(...above('tasks')), WITHOUT_RXJS),
  ...forbid(['src/util/**'], oneWay(...above('util'))),
  ...forbid(['src/util/*.ts', 'src/util/collections/**'], oneWay(...above('util')), WITHOUT_RXJS),
  ...forbid(['src/platform/**'], oneWay(...above('platform')), WITHOUT_RXJS),
  ...forbid(
    ['src/worker.ts'],
    oneWay('**/testing/**', '**/operators/**', '**/flow/**', '**/pools/{wire,shared,local,workers,queue}/**'),
    WITHOUT_RXJS,
  ),
];

/** What test runners put others of in place of, whose names mean nothing then, and where Node's own is. */
const REPLACED = {
  clearImmediate: 'platform/time/timers.ts',
  clearInterval: 'platform/time/timers.ts',
  clearTimeout: 'platform/time/timers.ts',
  setImmediate: 'platform/time/timers.ts',
  setInterval: 'platform/time/timers.ts',
  setTimeout: 'platform/time/timers.ts',
  queueMicrotask: 'platform/time/afterMicrotasks.ts',
  performance: 'platform/time/nowMs.ts',
  structuredClone: 'platform/clone.ts',
};

/** Classes of which there is another in each realm, and in a DOM: a value of theirs is told by what it has, or is made of. */
const OF_REALMS = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]/.test(name));

/** What the library itself uses must not change with the globals of whoever has loaded it. */
const GLOBALS = Object.entries(REPLACED).map(([name, where]) => ({
  name,
  message: `Tests replace it: use src/${where}.`,
}));

const SYNTAX = [
  {
    selector: `BinaryExpression[operator="instanceof"][right.name=/^(${OF_REALMS.join('|')})$/]`,
    message: 'A value of another realm is of another class: ask what it is by src/platform.',
  },
  {
    selector: 'NewExpression[callee.name=/^(URL|AbortController|DOMException|MessageChannel)$/]:not([parent.property])',
    message: 'A DOM has a class of its own in its place: use src/platform.',
  },
  {
    selector: 'CallExpression[callee.object.name="Date"], NewExpression[callee.name="Date"]',
    message: 'This clock jumps: use src/platform/time/nowMs.ts, or that of the run.',
  },
];

const noReplacedGlobals = {
  files: ['src/**'],
  ignores: ['src/platform/**'],
  rules: {
    'no-restricted-globals': ['error', ...GLOBALS],
    'no-restricted-syntax': ['error', ...SYNTAX],
  },
};

const GLOBALS_OF_NODE = ['process', 'Buffer'].map((name) => ({ name, message: WITHOUT_NODE.message }));
const TYPES_OF_NODE = { selector: 'TSQualifiedName[left.name="NodeJS"]', message: WITHOUT_NODE.message };

const noGlobalsOfNode = [
  {
    files: ['src/**'],
    ignores: [...NODE, 'src/platform/**'],
    rules: {
      'no-restricted-globals': ['error', ...GLOBALS, ...GLOBALS_OF_NODE],
      'no-restricted-syntax': ['error', ...SYNTAX, TYPES_OF_NODE],
    },
  },
  {
    files: ['src/platform/**'],
    ignores: NODE,
    rules: {
      'no-restricted-globals': ['error', ...GLOBALS_OF_NODE],
      'no-restricted-syntax': ['error', TYPES_OF_NODE],
    },
  },
];

export default defineConfig(
  { ignores: ['dist', 'coverage', '.cache', 'spec/support/projects'] },
  {
    files: ['src/**/*.ts', 'spec/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, rxjs.configs.strict],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Items may be an Observable, and much else.
      'rxjs-x/finnish': ['error', { types: { '^Started$': false }, names: { '^(items|args|work)$': false } }],
      // Whatever a task throws is handed on as it is.
      'rxjs-x/throw-error': ['error', { allowThrowingUnknown: true }],
      // Its contrary, no-non-null-assertion, is the stricter one.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    // The marble helpers of RxJS are named hot and cold; a test wants the error of an empty stream; chai asserts by properties.
    files: ['spec/**'],
    rules: {
      'rxjs-x/finnish': 'off',
      'rxjs-x/no-ignored-default-value': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      // An error that nobody handles fails the test.
      'rxjs-x/no-ignored-error': 'off',
    },
  },
  {
    // Examples are short.
    files: ['examples/readme/**'],
    rules: { 'rxjs-x/no-ignored-error': 'off', '@typescript-eslint/no-confusing-void-expression': 'off' },
  },
  noReplacedGlobals,
  ...noGlobalsOfNode,
  {
    // A loop over positions does not go by the iterator of arrays, which a task may replace.
    files: ['src/pools/worker-side/**', 'src/util/builtInsWork.ts'],
    rules: { '@typescript-eslint/prefer-for-of': 'off' },
  },
  {
    files: ['src/**'],
    rules: { 'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }] },
  },
  ...WALLS,
);
