import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { transformSync, type TransformOptions } from 'esbuild';
import { from, lastValueFrom, toArray } from 'rxjs';
import ts from 'typescript';
import {
  LocalPool,
  parallel,
  parallelGen,
  ProcessPool,
  ThreadPool,
  type Pool,
  type ProcessorClass,
} from '../src/index.ts';

const source = readFileSync(new URL('./support/inlineTasks.ts', import.meta.url), 'utf8');
const tslib = pathToFileURL(createRequire(import.meta.url).resolve('tslib')).href.replace(
  /tslib\.js$/,
  'tslib.es6.mjs',
);
const worker = new URL('../dist/worker.js', import.meta.url).href;

const esbuild = (options: TransformOptions): string =>
  transformSync(source, { loader: 'ts', format: 'esm', ...options }).code;
const typescript = (compilerOptions: ts.CompilerOptions): string =>
  ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, importHelpers: true, ...compilerOptions },
  }).outputText;
/** The modules are not where they would find what they import. */
const found = (code: string): string =>
  code.replace('"tslib"', JSON.stringify(tslib)).replace(/(['"])\S*\/src\/worker\.ts\1/, JSON.stringify(worker));
const wrapped = (code: string): string =>
  `import { createRequire } from 'node:module';
   import { fileURLToPath } from 'node:url';
   const require = (name) => createRequire(import.meta.url)(name.startsWith('file:') ? fileURLToPath(name) : name);
   const exports = {}, module = { exports };
   ${code}
   export default module.exports;`;

/** As istanbul does it: a counter for the file, called by each function, and by each statement. */
const counted = (code: string): string =>
  `function cov_1a2b3c4d5e() { return { f: [0], s: [0], b: [[0, 0]] }; }\n${code
    .replaceAll('return ', 'cov_1a2b3c4d5e().s[0]++; return ')
    .replaceAll(/=> (?=[\w(])/g, '=> (cov_1a2b3c4d5e().f[0]++, cov_1a2b3c4d5e().b[0][1]++, ')
    .replaceAll(/(=> \(cov_.*?);$/gm, '$1);')}`;

interface Way {
  readonly code: string;
  /** What cannot be sent, and the reason. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** What the helpers of an old target are called, or that they have lost their names. */
const WITHOUT_NAME = 'a variable of one letter';

const ways: Readonly<Record<string, Way>> = {
  'esbuild for ES2022': { code: esbuild({ target: 'es2022' }) },
  'esbuild for ES2022, names kept, as tsx does': { code: esbuild({ target: 'es2022', keepNames: true }) },
  'esbuild for ES2022, minified': {
    code: esbuild({ target: 'es2022', minify: true }),
    refused: { own: WITHOUT_NAME },
  },
  'esbuild for ES2022, minified, names kept': {
    code: esbuild({ target: 'es2022', minify: true, keepNames: true }),
    // Without a class there is no telling its helper from a function of the file.
    refused: { asyncGenerator: WITHOUT_NAME, own: WITHOUT_NAME },
  },
  'esbuild for ES2017': {
    code: esbuild({ target: 'es2017' }),
    refused: {
      Fields: '__publicField',
      Plain: '__publicField',
      Private: '__privateAdd',
      Static: 'offset',
      asyncGenerator: '__asyncGenerator',
      generator: '__yieldStar',
      nested: '__publicField',
      spread: '__spreadProps',
      withDefaults: '__objRest',
    },
  },
  'esbuild for ES2017, minified': {
    code: esbuild({ target: 'es2017', minify: true }),
    refused: {
      Fields: WITHOUT_NAME,
      Plain: WITHOUT_NAME,
      Private: WITHOUT_NAME,
      Static: 'offset',
      asyncGenerator: WITHOUT_NAME,
      generator: WITHOUT_NAME,
      nested: WITHOUT_NAME,
      own: WITHOUT_NAME,
      spread: WITHOUT_NAME,
      withDefaults: WITHOUT_NAME,
    },
  },
  'esbuild for CommonJS': { code: wrapped(esbuild({ target: 'es2022', format: 'cjs', keepNames: true })) },
  'TypeScript for ES2022': { code: typescript({ target: ts.ScriptTarget.ES2022 }) },
  'TypeScript for ES2022, fields set in static blocks': {
    code: typescript({ target: ts.ScriptTarget.ES2022, useDefineForClassFields: false }),
  },
  'TypeScript for ES2017, with tslib': {
    code: typescript({ target: ts.ScriptTarget.ES2017 }),
    refused: {
      Private: '__classPrivateFieldGet',
      Static: 'offset',
      asyncGenerator: '__asyncGenerator',
      spread: '__rest',
      withDefaults: '__rest',
    },
  },
  'TypeScript for CommonJS and ES2017, with tslib': {
    code: wrapped(typescript({ target: ts.ScriptTarget.ES2017, module: ts.ModuleKind.CommonJS })),
    refused: {
      Private: '__classPrivateFieldGet',
      Static: 'offset',
      asyncGenerator: '__asyncGenerator',
      asynchronous: '__importStar',
      spread: '__rest',
      withDefaults: '__rest',
    },
  },
  'a coverage tool': { code: counted(typescript({ target: ts.ScriptTarget.ES2022 })) },
};

describe('an inline task', () => {
  const pools: Readonly<Record<string, Pool>> = {
    'a thread': new ThreadPool({ workers: 1 }),
    'a process': new ProcessPool({ workers: 1 }),
  };
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-'));
  after(async () => {
    rmSync(folder, { recursive: true });
    await Promise.all(Object.values(pools).map((pool) => pool.close()));
  });

  for (const [at, [way, { code, refused = {} }]] of Object.entries(ways).entries())
    it(`gives the same in a thread, a process and at home, after ${way}`, async () => {
      const file = join(folder, `${String(at)}.mjs`);
      writeFileSync(file, found(code));
      const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
      const tasks = (module.default ?? module) as Record<string, Anything>;
      const atHome = await outcomes(tasks, new LocalPool());
      expect(atHome).to.include.keys('arrow', 'asyncGenerator', 'Private');
      expect(JSON.stringify(atHome)).not.to.include('rror');

      const expected = { ...atHome, ...refused };
      for (const [where, pool] of Object.entries(pools))
        expect(await outcomes(tasks, pool), where).to.deep.equal(expected);
    });
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Each is called with what it takes.
type Anything = any;

/** What each task makes of a 3, and each processor of a batch; or the offender that the error names. */
async function outcomes(tasks: Record<string, Anything>, pool: Pool): Promise<Record<string, unknown>> {
  const all = Object.entries(tasks).map(async ([name, task]: [string, Anything]) => {
    try {
      const results = /^[A-Z]/.test(name)
        ? lastValueFrom(from([1, 2]).pipe(parallelGen(task as Batches, { pool, ordered: true }), toArray()))
        : parallel(task as (n: number) => unknown, [3], { pool });
      return [name, await results];
    } catch (error) {
      return [name, offenderIn(String(error))];
    }
  });
  return Object.fromEntries(await Promise.all(all)) as Record<string, unknown>;
}

type Batches = ProcessorClass<number, number>;

function offenderIn(message: string): string {
  const refused =
    /^TypeError: the task "\w+" cannot be sent .*(?:it calls |static member ")(\w+).*Compile (?:for ES2022|to ES modules)/;
  const [, offender] = refused.exec(message) ?? [];
  return offender ?? (/ \w is not defined/.test(message) ? WITHOUT_NAME : message);
}
