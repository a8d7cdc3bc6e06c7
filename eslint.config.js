import { defineConfig } from 'eslint/config';
import rxjs from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

/** What runs in workers, by folder: what `serve.ts` imports, and what tasks may. */
const IN_WORKERS = {
  pools: [
    'BatchTask',
    'Outbox',
    'WorkerSide',
    'endpoint',
    'insideWorker',
    'ownProcess',
    'packing',
    'printed',
    'protocol',
    'serve',
    'watchParent',
  ],
  tasks: ['*'],
  util: ['Recent', 'bare', 'builtInsWork', 'check', 'checkStep', 'filePath', 'messageOf', 'named'],
};

/** Imports go one way: entry points, operators, flow, pools, tasks, util, platform. */
const upwards = (folders, exceptions = []) => ({
  group: [
    ...folders.map((folder) => `**/${folder}/**`),
    ...['index', 'testing', 'worker'].map((entry) => `**/${entry}.ts`),
    ...exceptions.map((path) => `!**/${path}`),
  ],
  message: 'Imports go one way: entry points, operators, flow, pools, tasks, util, platform.',
});

/** Worker code starts fast and needs no peer. `pool.ts` is nothing but types. */
const outsideWorkers = (folder) => ({
  group: [
    'rxjs',
    './*.ts',
    '**/util/*',
    ...[...(IN_WORKERS[folder] ?? []), 'pool'].map((name) => `!./${name}.ts`),
    ...IN_WORKERS.util.map((name) => `!**/util/${name}.ts`),
  ],
  message: 'What runs in workers loads no rxjs, and nothing that does.',
});

const forbid = (files, ...patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

/** Of the options of a rule ESLint takes the last that match a file, and no others: so each has all that holds there. */
const mayNotImport = (folder, others, exceptions) => {
  const up = upwards(others, exceptions);
  const everywhere = forbid([`src/${folder}/**`], up);
  if (!(folder in IN_WORKERS)) return [everywhere];
  const inWorkers = IN_WORKERS[folder].map((name) => `src/${folder}/${name}.ts`);
  return [everywhere, forbid(inWorkers, up, outsideWorkers(folder))];
};

/** All that operators and the flow may know of pools: the seam, and how to open one. */
const SEAM = ['pools/pool.ts', 'pools/openPool.ts'];

/** What test runners put others of in place of, whose names mean nothing then, and where Node's own is. */
const REPLACED = {
  clearImmediate: 'platform/timers.ts',
  clearInterval: 'platform/timers.ts',
  clearTimeout: 'platform/timers.ts',
  setImmediate: 'platform/timers.ts',
  setInterval: 'platform/timers.ts',
  setTimeout: 'platform/timers.ts',
  queueMicrotask: 'platform/afterMicrotasks.ts',
  performance: 'platform/nowMs.ts',
  structuredClone: 'platform/clone.ts',
};

/** Classes of which there is another in each realm, and in a DOM: a value of theirs is told by what it has, or is made of. */
const OF_REALMS = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]/.test(name));

/** What the library itself uses must not change with the globals of whoever has loaded it. */
const noReplacedGlobals = {
  files: ['src/**'],
  ignores: ['src/platform/**'],
  rules: {
    'no-restricted-globals': [
      'error',
      ...Object.entries(REPLACED).map(([name, where]) => ({ name, message: `Tests replace it: use src/${where}.` })),
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: `BinaryExpression[operator="instanceof"][right.name=/^(${OF_REALMS.join('|')})$/]`,
        message: 'A value of another realm is of another class: ask what it is by src/platform.',
      },
      {
        selector:
          'NewExpression[callee.name=/^(URL|AbortController|DOMException|MessageChannel)$/]:not([parent.property])',
        message: 'A DOM has a class of its own in its place: use src/platform.',
      },
      {
        selector: 'CallExpression[callee.object.name="Date"], NewExpression[callee.name="Date"]',
        message: 'This clock jumps: use src/platform/nowMs.ts, or that of the run.',
      },
    ],
  },
};

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
  {
    // A loop over positions does not go by the iterator of arrays, which a task may replace.
    files: ['src/pools/{Outbox,endpoint,ownProcess,printed}.ts', 'src/util/builtInsWork.ts'],
    rules: { '@typescript-eslint/prefer-for-of': 'off' },
  },
  mayNotImport('operators', ['pools'], SEAM),
  mayNotImport('flow', ['operators', 'pools'], SEAM),
  mayNotImport('pools', ['operators', 'flow']),
  mayNotImport('tasks', ['operators', 'flow', 'pools']),
  mayNotImport('util', ['operators', 'flow', 'pools', 'tasks']),
  mayNotImport('platform', ['operators', 'flow', 'pools', 'tasks', 'util']),
  forbid(['src/worker.ts'], upwards(['operators', 'flow', 'pools']), outsideWorkers()),
);
