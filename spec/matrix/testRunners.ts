import type { Consumer } from './Consumer.ts';
import type { NodeVersion } from './nodes.ts';
import { testProgram } from './testProgram.ts';

const JEST = { jest: '30.5.2' };
const JEST_29 = { jest: '29.7.0' };
const JSDOM = { ...JEST, 'jest-environment-jsdom': '30.5.2' };
const BABEL = {
  ...JEST,
  '@babel/core': '7.29.13',
  '@babel/preset-env': '7.29.14',
  '@babel/preset-typescript': '7.29.7',
};
const TS_JEST = { ...JEST, 'ts-jest': '29.4.15', typescript: '6.0.3' };
const TSX = { tsx: '4.23.15' };

const VITE = { vite: '8.3.8' };
const VITEST = { vitest: '4.1.12', ...VITE };
const COVERAGE = { ...VITEST, ...TSX, '@vitest/coverage-istanbul': '4.1.12', '@vitest/coverage-v8': '4.1.12' };
const DOM = { ...VITEST, ...TSX, jsdom: '26.1.0', 'happy-dom': '20.14.6' };

/** All tests have passed, and nothing has kept the runner from its end. */
const PASSED = /^(?![^]*(did not exit|open handle|Error:))[^]*Tests:? +([1-9]) passed(, \2 total| \(\2\))/;
/** What a worker says where the test runner is the only one here that runs a module of TypeScript. */
const HOW_TO_RUN_TYPESCRIPT = /cannot load the task "double"[^]*npm install --save-dev tsx/;

const onlyWithoutTypes = ({ strips }: NodeVersion): string | undefined =>
  strips ? 'Node strips types from 22.18 on' : undefined;

const jestConfig = (config: object): Record<string, object> => ({
  'jest.config.json': { testTimeout: 60_000, ...config },
});
const jest = (...args: string[]): string[] => ['node_modules/jest/bin/jest.js', '--no-cache', ...args];

const commonJsTests = testProgram({ language: 'js', module: "require.resolve('./tasks')", timers: 'jest' });
const compiledTests = testProgram({ language: 'ts', module: "require.resolve('./tasks')", timers: 'jest' });
const esmTests = testProgram({
  language: 'js',
  module: "new URL('./tasks.js', import.meta.url)",
  timers: 'import.meta.jest',
});

const babelConfig = {
  'babel.config.json': {
    presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'],
  },
};

const vitestConfig = { 'vitest.config.js': 'export default { test: { globals: true, testTimeout: 60_000 } };\n' };
const vitest = (...args: string[]): string[] => ['node_modules/vitest/vitest.mjs', 'run', ...args];
/** Vite takes a URL in a test that has a DOM for one of its own server. */
const byResolve = {
  ...vitestConfig,
  ...testProgram({ language: 'ts', module: "import.meta.resolve('./tasks.ts')", timers: 'vi' }),
};
const byUrl = {
  ...vitestConfig,
  ...testProgram({ language: 'ts', module: "new URL('./tasks.ts', import.meta.url)", timers: 'vi' }),
};
const VITEST_TESTS = { source: 'esm-ts', files: byUrl, prints: PASSED } as const;

/** Test runners, which compile tests by themselves, and replace globals. */
export const TEST_RUNNERS: readonly Consumer[] = [
  {
    id: 'jest-cjs',
    name: 'Jest 30',
    source: 'cjs-js',
    packages: JEST,
    files: { ...commonJsTests, ...jestConfig({}) },
    steps: [jest()],
    prints: PASSED,
    gate: true,
  },
  {
    id: 'jest-coverage',
    name: 'Jest 30, `--coverage`',
    source: 'cjs-js',
    packages: JEST,
    files: { ...commonJsTests, ...jestConfig({}) },
    steps: [jest('--coverage')],
    prints: PASSED,
  },
  {
    id: 'jest-29',
    name: 'Jest 29',
    source: 'cjs-js',
    packages: JEST_29,
    files: { ...commonJsTests, ...jestConfig({}) },
    steps: [jest()],
    prints: PASSED,
  },
  {
    id: 'jest-esm',
    name: 'Jest 30, ES modules',
    source: 'esm-js',
    packages: JEST,
    files: { ...esmTests, ...jestConfig({ transform: {} }) },
    steps: [['--experimental-vm-modules', ...jest()]],
    prints: PASSED,
  },
  {
    id: 'jest-jsdom',
    name: 'Jest 30, jsdom',
    source: 'cjs-js',
    packages: JSDOM,
    files: { ...commonJsTests, ...jestConfig({ testEnvironment: 'jsdom' }) },
    steps: [jest()],
    prints: PASSED,
  },
  {
    id: 'jest-babel',
    name: 'Jest 30, TypeScript by Babel; tsx installed',
    source: 'cjs-ts',
    packages: { ...BABEL, ...TSX },
    files: { ...compiledTests, ...jestConfig({}), ...babelConfig },
    steps: [jest()],
    prints: PASSED,
  },
  {
    id: 'jest-ts-jest',
    name: 'Jest 30, TypeScript by ts-jest; tsx installed',
    source: 'cjs-ts',
    packages: { ...TS_JEST, ...TSX },
    files: { ...compiledTests, ...jestConfig({ transform: { '\\.ts$': ['ts-jest', { diagnostics: false }] } }) },
    steps: [jest()],
    prints: PASSED,
  },
  {
    id: 'jest-no-tsx',
    name: 'Jest 30, TypeScript by Babel, no tsx: says what to do',
    source: 'cjs-ts',
    packages: BABEL,
    files: { ...compiledTests, ...jestConfig({}), ...babelConfig },
    steps: [jest()],
    advice: HOW_TO_RUN_TYPESCRIPT,
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-threads',
    name: 'Vitest 4, threads; tsx installed',
    packages: DOM,
    steps: [vitest('--pool=threads')],
    gate: true,
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-forks',
    name: 'Vitest 4, forks; tsx installed',
    packages: DOM,
    steps: [vitest('--pool=forks')],
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-jsdom',
    name: "Vitest 4, jsdom, `import.meta.resolve('./tasks.ts')`; tsx installed",
    packages: DOM,
    files: byResolve,
    steps: [vitest('--environment=jsdom')],
    unsuited: ({ strips }) =>
      strips ? undefined : 'With `workers: 0`, it says what to write, as the row below has it',
  },
  {
    id: 'vitest-jsdom-advice',
    name: 'Vitest 4, jsdom, `workers: 0` on a Node without TypeScript: says what to do',
    source: 'esm-ts',
    packages: DOM,
    files: byResolve,
    steps: [vitest('--environment=jsdom')],
    advice: /cannot load the task "double"[^]*write \/\/ @vitest-environment node at the top/,
    unsuited: onlyWithoutTypes,
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-happy-dom',
    name: "Vitest 4, happy-dom, `import.meta.resolve('./tasks.ts')`; tsx installed",
    packages: DOM,
    files: byResolve,
    steps: [vitest('--environment=happy-dom')],
  },
  {
    id: 'vitest-dom-advice',
    name: "Vitest 4, jsdom, `new URL('./tasks.ts', import.meta.url)`: says what to do",
    source: 'esm-ts',
    packages: DOM,
    files: byUrl,
    steps: [vitest('--environment=jsdom')],
    advice: /localhost[^]*write import\.meta\.resolve\('\.\/x\.ts'\)/,
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-istanbul',
    name: 'Vitest 4, coverage by Istanbul; tsx installed',
    packages: COVERAGE,
    steps: [vitest('--coverage.enabled', '--coverage.provider=istanbul')],
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-v8',
    name: 'Vitest 4, coverage by V8; tsx installed',
    packages: COVERAGE,
    steps: [vitest('--coverage.enabled', '--coverage.provider=v8')],
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-3',
    name: 'Vitest 3; tsx installed',
    packages: { ...TSX, vitest: '3.2.7', vite: '7.3.8' },
    steps: [vitest()],
  },
  {
    ...VITEST_TESTS,
    id: 'vitest-5',
    name: 'Vitest 5',
    packages: { vitest: '5.1.2', ...VITE },
    steps: [vitest()],
    unsuited: ({ version }) => (version.startsWith('v20.') ? 'Vitest 5 needs Node 22.12 or later' : undefined),
  },
  {
    id: 'vitest-compiled',
    name: 'Vitest 4, TypeScript that Node cannot run; tsx installed',
    source: 'test-compiled',
    packages: { ...VITEST, ...TSX },
    files: vitestConfig,
    steps: [vitest()],
    prints: PASSED,
  },
  {
    id: 'vitest-compiled-no-tsx',
    name: 'Vitest 4, TypeScript that Node cannot run, no tsx: says what to do',
    source: 'test-compiled',
    packages: VITEST,
    files: vitestConfig,
    steps: [vitest()],
    advice: HOW_TO_RUN_TYPESCRIPT,
  },
  {
    id: 'vitest-no-tsx',
    name: 'Vitest 4, no tsx: says what to do',
    source: 'esm-ts',
    packages: VITEST,
    files: byUrl,
    steps: [vitest()],
    advice: HOW_TO_RUN_TYPESCRIPT,
    unsuited: onlyWithoutTypes,
  },
];
