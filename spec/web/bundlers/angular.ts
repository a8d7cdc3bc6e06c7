import type { Row } from './Row.ts';

const FRAMEWORK = '21.2.24';
const PACKAGES = Object.fromEntries(
  ['common', 'compiler', 'core', 'platform-browser', 'build', 'cli', 'compiler-cli'].map((name) => [
    `@angular/${name}`,
    FRAMEWORK,
  ]),
);
const COMMON = { ...PACKAGES, tslib: '2.8.1', typescript: '5.9.3' };
const PRERENDERING = Object.fromEntries(
  ['platform-server', 'router', 'ssr'].map((name) => [`@angular/${name}`, FRAMEWORK]),
);

const COMPILER_OPTIONS = {
  strict: true,
  skipLibCheck: true,
  isolatedModules: true,
  experimentalDecorators: true,
  importHelpers: true,
  target: 'ES2022',
  module: 'preserve',
  lib: ['ES2022', 'DOM'],
  types: [],
};

/** The files of a project, as `ng new` and `ng generate web-worker` write them. */
const project = (options: object): Record<string, object | string> => ({
  'angular.json': {
    version: 1,
    cli: { analytics: false },
    projects: {
      pictures: {
        projectType: 'application',
        root: '',
        sourceRoot: 'app',
        architect: {
          build: {
            builder: '@angular/build:application',
            options: {
              browser: 'app/main.ts',
              index: 'app/index.html',
              tsConfig: 'tsconfig.app.json',
              webWorkerTsConfig: 'tsconfig.worker.json',
              outputPath: 'dist',
              ...options,
            },
          },
        },
      },
    },
  },
  'tsconfig.app.json': { compilerOptions: COMPILER_OPTIONS, files: ['app/main.ts'] },
  'tsconfig.worker.json': {
    compilerOptions: { ...COMPILER_OPTIONS, lib: ['ES2022', 'WebWorker'] },
    include: ['*.worker.ts'],
  },
  'app/index.html': '<!doctype html><link rel="icon" href="data:," /><base href="/" /><app-root></app-root>\n',
  'app/app.ts': [
    "import { afterNextRender, Component } from '@angular/core';",
    "import { pendingUntilEvent, toSignal } from '@angular/core/rxjs-interop';",
    "import { from, toArray } from 'rxjs';",
    "import { parallelMap, tasks, values } from 'rxjs-parallel';",
    "import { postResults } from '../postResults';",
    '',
    'const { thumbnail } = tasks(',
    "  () => new Worker(new URL('../images.worker', import.meta.url), { type: 'module' }),",
    "  () => import('../images'),",
    ');',
    '',
    "@Component({ selector: 'app-root', template: '<p>{{ all() }}</p>' })",
    'export class App {',
    '  readonly all = toSignal(',
    "    from(['sea', 'sky']).pipe(parallelMap(thumbnail, { ordered: true }), values(), toArray(), pendingUntilEvent()),",
    '  );',
    '',
    '  constructor() {',
    '    afterNextRender(() => void postResults());',
    '  }',
    '}\n',
  ].join('\n'),
});
const BUILD = ['node_modules/@angular/cli/bin/ng.js', 'build'];

const main = (providers: string, imports = ''): Record<string, string> => ({
  'app/main.ts': [
    "import { bootstrapApplication } from '@angular/platform-browser';",
    "import { App } from './app';",
    imports,
    '',
    `void bootstrapApplication(App, { providers: [${providers}] });\n`,
  ].join('\n'),
});

const angular = { source: 'web', steps: [BUILD], env: { NG_CLI_ANALYTICS: 'false' }, output: 'dist/browser' } as const;

/** Angular's CLI: with its zone, without, and with pages that are rendered while they are built. */
export const ANGULAR: readonly Row[] = [
  {
    ...angular,
    id: 'web-angular',
    name: 'Angular 21',
    packages: COMMON,
    files: { ...project({}), ...main('') },
  },
  {
    ...angular,
    id: 'web-angular-zone',
    name: 'Angular 21 with zone.js',
    packages: { ...COMMON, 'zone.js': '0.15.1' },
    files: {
      ...project({ polyfills: ['zone.js'] }),
      ...main('provideZoneChangeDetection()', "import { provideZoneChangeDetection } from '@angular/core';"),
    },
  },
  {
    ...angular,
    id: 'web-angular-prerendered',
    name: 'Angular 21, prerendered',
    packages: { ...COMMON, ...PRERENDERING },
    files: {
      ...project({ server: 'app/main.server.ts', outputMode: 'static' }),
      ...main('provideClientHydration()', "import { provideClientHydration } from '@angular/platform-browser';"),
      'app/main.server.ts': [
        "import { bootstrapApplication, type BootstrapContext } from '@angular/platform-browser';",
        "import { provideServerRendering, RenderMode, withRoutes } from '@angular/ssr';",
        "import { App } from './app';",
        '',
        "const routes = withRoutes([{ path: '**', renderMode: RenderMode.Prerender }]);",
        'export default (context: BootstrapContext) =>',
        '  bootstrapApplication(App, { providers: [provideServerRendering(routes)] }, context);\n',
      ].join('\n'),
      'tsconfig.app.json': { compilerOptions: COMPILER_OPTIONS, files: ['app/main.ts', 'app/main.server.ts'] },
    },
    rendered: /<p[^>]*>sea in a worker,sky in a worker<\/p>/,
  },
];
