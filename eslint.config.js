import { defineConfig } from 'eslint/config';
import rxjs from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

/** Forbids the files of one folder to import those of others; imports go one way: operators, flow, pools, tasks, util. */
const mayNotImport = (folder, others, exceptions = []) => ({
  files: [`src/${folder}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              ...others.map((other) => `**/${other}/**`),
              '**/index.ts',
              '**/testing.ts',
              ...exceptions.map((path) => `!**/${path}`),
            ],
          },
        ],
      },
    ],
  },
});

/** All that operators and the flow may know of pools: the seam, and how to open one. */
const SEAM = ['pools/pool.ts', 'pools/openPool.ts'];

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
  mayNotImport('operators', ['pools'], SEAM),
  mayNotImport('flow', ['operators', 'pools'], SEAM),
  mayNotImport('pools', ['operators', 'flow']),
  mayNotImport('tasks', ['operators', 'flow', 'pools']),
  mayNotImport('util', ['operators', 'flow', 'pools', 'tasks']),
  {
    // Worker code starts fast and needs no peer: what runs in a worker imports no rxjs.
    files: ['src/tasks/**', 'src/worker.ts', 'src/pools/{serve,WorkerSide,Outbox,BatchTask,protocol,insideWorker}.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: ['rxjs'], patterns: ['rxjs/*', '**/operators/**', '**/flow/**'] }],
    },
  },
);
