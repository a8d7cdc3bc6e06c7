import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { from, lastValueFrom, range, toArray } from 'rxjs';
import { inOrder, parallel, parallel$, parallelGen, parallelMap } from '../../src/index.ts';
import { sourceOf, type AnyFunction } from '../../src/tasks/inline/sourceOf.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import type { Task } from '../../src/tasks/Task.ts';
import { errorOf } from '../support/settle.ts';

/** The files of a project, by their paths; `task` returns the place from which it was loaded. */
const FILES = {
  'package.json': JSON.stringify({
    name: 'app',
    imports: { '#internal': './lib/internal.cjs', '#platform': 'node:path' },
  }),
  'beside.mjs': "export const task = () => 'beside';",
  'lib/internal.cjs': "exports.task = () => 'internal';",
  'node_modules/@acme/jobs/package.json': JSON.stringify({
    name: '@acme/jobs',
    exports: { './x': { import: './x.mjs', require: './x.cjs' }, './deep/*': './deep/*.cjs' },
  }),
  'node_modules/@acme/jobs/x.mjs': "export const task = () => 'x.mjs';",
  'node_modules/@acme/jobs/x.cjs': "exports.task = () => 'x.cjs';",
  'node_modules/@acme/jobs/deep/y.cjs': "exports.task = () => 'deep y';",
  'node_modules/jobs/package.json': JSON.stringify({ name: 'jobs', main: 'main.cjs' }),
  'node_modules/jobs/main.cjs': "exports.task = () => 'jobs';",
  'node_modules/big.js/package.json': JSON.stringify({ name: 'big.js', main: 'big.cjs' }),
  'node_modules/big.js/big.cjs': "exports.task = () => 'big.js';",
};

const reasonOf = (module: unknown): string => {
  try {
    tasks(module as string);
  } catch (error) {
    expect(error).to.be.instanceOf(TypeError);
    return (error as TypeError).message;
  }
  return 'none';
};

/** The parts of an advice that are code: by the module system, and by what the module is said to be. */
const codeIn = (advice: string): { readonly esm: string[]; readonly commonjs: string[] } => {
  const all = [...advice.matchAll(/(?:new URL|import\.meta\.resolve|require\.resolve)\([^)]*\)/g)].map(
    ([code]) => `tasks(${code})`,
  );
  return {
    esm: all.filter((code) => !code.includes('require')),
    commonjs: all.filter((code) => code.includes('require')),
  };
};

describe('the advice on a module that tasks() does not take', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rxjs-parallel-advice-')));
  before(() => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  let count = 0;
  type Maker = (given: typeof tasks) => Record<string, Task<number, unknown>>;
  /** What the exports of the module give that a piece of code names, in a file of the folder. */
  const runs = async (code: string, isCommonJs: boolean, name = 'task'): Promise<unknown> => {
    count += 1;
    const file = join(folder, `${String(count)}.${isCommonJs ? 'cjs' : 'mjs'}`);
    writeFileSync(file, `${isCommonJs ? 'exports.make =' : 'export const make ='} (tasks) => ${code};`);
    const { make } = (isCommonJs ? createRequire(file)(file) : await import(pathToFileURL(file).href)) as {
      readonly make: Maker;
    };
    const task = make(tasks)[name] as Task<number, unknown>;
    return await parallel(task, [1, 2], { workers: 1 });
  };

  for (const [specifier, esm, commonjs] of [
    ['@acme/jobs/x', 'x.mjs', 'x.cjs'],
    ['@acme/jobs/x?v=2', 'x.mjs', 'x.cjs'],
    ['@acme/jobs/deep/y', 'deep y', 'deep y'],
    ['#internal', 'internal', 'internal'],
    ['jobs', 'jobs', 'jobs'],
    ['big.js', 'big.js', 'big.js'],
  ] as const)
    it(`works to the letter: '${specifier}', which is of a package`, async () => {
      const advice = codeIn(reasonOf(specifier));
      expect(await runs(advice.esm.at(-1) ?? '', false)).to.deep.equal([esm, esm]);
      expect(await runs(advice.commonjs.at(-1) ?? '', true)).to.deep.equal([commonjs, commonjs]);
    });

  for (const specifier of ['./beside.mjs', 'beside.mjs', './lib/../beside.mjs', './beside.mjs?v=2'])
    it(`works to the letter: '${specifier}', which is beside the program`, async () => {
      const { esm, commonjs } = codeIn(reasonOf(specifier));
      expect(await runs(esm[0] ?? '', false)).to.deep.equal(['beside', 'beside']);
      expect(await runs(commonjs[0] ?? '', true)).to.deep.equal(['beside', 'beside']);
    });

  it("works for what is of Node itself, by whatever name a package gives it, and for the module's text", async () => {
    for (const code of ["tasks(import.meta.resolve('#platform'))", "tasks('node:path')", "tasks(new URL('node:path'))"])
      expect(await runs(code, false, 'isAbsolute').catch((error: unknown) => String(error)), code).to.match(
        /"?path"? /,
      );
    for (const code of [
      'tasks("data:text/javascript,export const task = (n) => n * 2")',
      'tasks(new URL("data:text/javascript,export const task = (n) => n * 2"))',
    ])
      expect(await runs(code, false), code).to.deep.equal([2, 4]);
  });

  it('names no package for a relative path, and no file beside the program for what can only be of a package', () => {
    for (const path of ['./x.js', '../x.js', '', '.', '@/x.js', '~/x.js', 'a b.js'])
      expect(reasonOf(path), path).not.to.match(/import\.meta\.resolve/);
    for (const specifier of ['@acme/jobs', '@acme/jobs/x', '#internal', '#lib/x.js'])
      expect(reasonOf(specifier), specifier).not.to.match(/new URL/);
  });

  it('quotes what was given as code does', () => {
    expect(codeIn(reasonOf("./it's.js")).esm).to.deep.equal([`tasks(new URL("./it's.js", import.meta.url))`]);
  });

  it('says of a path of Windows, elsewhere, that it is one', function () {
    for (const path of ['C:\\jobs\\x.js', 'c:/jobs/x.js', new URL('C:\\jobs\\x.js')])
      expect(reasonOf(path)).to.match(
        process.platform === 'win32'
          ? /^none|a path is given as it is/
          : /^module must be on this machine, not .*, which is a path of Windows/,
      );
  });

  it('says of what is elsewhere that it has to be here', () => {
    for (const module of [
      'https://example.org/x.js',
      'http://example.org/x.js',
      new URL('https://example.org/x.js?a=1'),
      'blob:nodedata:1b2c',
      new URL('blob:nodedata:1b2c'),
    ])
      expect(reasonOf(module)).to.equal(
        `module must be on this machine, not ${String(module)}: write it to a file, and give the file's URL`,
      );
  });

  it('says of other URLs that are text to give them as a URL', () => {
    for (const module of ['virtual:jobs', 'npm:jobs@1/x'])
      expect(reasonOf(module)).to.equal(
        `module must be an absolute path or a file: URL, not '${module}': a URL for a loader of your own is given as new URL('${module}')`,
      );
    expect(tasks(new URL('virtual:jobs'))).to.be.an('object');
  });
});

describe('the advice on a function that cannot be sent', () => {
  const compiled = (text: string): AnyFunction => (0, eval)(text) as AnyFunction;
  const reasonOf = (task: AnyFunction): string => {
    try {
      sourceOf(task);
    } catch (error) {
      return (error as Error).message;
    }
    return 'none';
  };
  const withProperty = (factor: unknown): AnyFunction =>
    Object.assign(compiled('(function scale(n) { return scale.factor })'), { factor });

  for (const [what, wrong, advice, right] of [
    ['native', Math.sqrt, 'Write it as an arrow function of its own', '(n) => Math.sqrt(n)'],
    ['data beside it', withProperty(2), 'Pass it in `args`', '(n, factor) => factor'],
    [
      'a function beside it',
      withProperty(() => 2),
      'Write it in the function',
      'function scale(n) { const factor = () => 2; return factor() }',
    ],
    [
      'the arguments of another function',
      compiled('(function () { return (n) => arguments.length })()'),
      'Take them as a rest parameter, `(...args) =>`',
      '(...args) => args.length',
    ],
    [
      'super',
      compiled('({ greet() { return super.toString() } }).greet'),
      'Write it without `super`',
      '({ greet() { return Object.prototype.toString.call({}) } }).greet',
    ],
    [
      'private members',
      compiled('(class { static #n = 1; static get() { return (n) => this.#n } }).get()'),
      'Write it as a function that uses no private members',
      '(n) => 1',
    ],
    ['a key', compiled("((key) => ({ [key](n) { return n } }).x)('x')"), 'Give it a name', '({ x(n) { return n } }).x'],
    [
      'a parent',
      compiled('(() => { class Parent {} return class Child extends Parent {} })()'),
      'Write a class that stands alone',
      'class Child { process() {} }',
    ],
  ] as const)
    it(`works to the letter: ${what}`, () => {
      expect(reasonOf(wrong)).to.include(`. ${advice}, or export it from a module and use tasks(`);
      expect(reasonOf(compiled(`(${right})`))).to.equal('none');
    });

  it('works to the letter: import.meta', async () => {
    const text: string = ['data:text/javascript', 'export const wrong = (n) => import.meta.url'].join();
    const { wrong } = (await import(text)) as {
      readonly wrong: () => string;
    };
    expect(reasonOf(wrong)).to.include('. Pass what it needs of `import.meta` in `args`, or export it');
    const right = (n: number, url: string): string => `${url}#${String(n)}`;
    expect(await parallel(right, [1, 2], { workers: 1, args: ['a'] })).to.deep.equal(['a#1', 'a#2']);
  });

  it('works to the letter: a package that is not found from where the library is', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rxjs-parallel-advice-')));
    after(() => {
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, 'node_modules/only-here'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/only-here/index.js'), 'exports.double = (n) => 2 * n;');
    const { resolved } = (await import(
      pathToFileURL(writeTo(join(folder, 'program.mjs'), "export const resolved = import.meta.resolve('only-here');"))
        .href
    )) as { readonly resolved: string };
    const wrong = async (n: number): Promise<unknown> => [n, await import(['only', 'here'].join('-'))];
    const right = async (n: number, url: string): Promise<unknown> =>
      ((await import(url)) as { double: (n: number) => number }).double(n);

    expect(String(await errorOf(parallel(wrong, [1, 2], { workers: 1 })))).to.include(
      'Import it by its URL: take that as a parameter, and pass import.meta.resolve(...) in `args`, or export the task',
    );
    expect(await parallel(right, [1, 2], { workers: 1, args: [resolved] })).to.deep.equal([2, 4]);
  });

  it('works to the letter: a class where a function is asked for, and all tasks of a module', async () => {
    class Doubler {
      *process(batch: readonly number[]): Generator<number> {
        for (const n of batch) yield 2 * n;
      }
    }
    expect(() => parallelMap(Doubler as never)).to.throw(TypeError, 'give it to parallelGen, or write a function');
    const doubled = from([1, 2]).pipe(parallelGen(Doubler, { workers: 1, ordered: true }), inOrder(), toArray());
    expect(await lastValueFrom(doubled)).to.deep.equal([2, 4]);

    const all = tasks<{ double: (n: number) => number }>('data:text/javascript,export const double = (n) => 2 * n');
    expect(() => parallelMap(all as never)).to.throw(TypeError, 'pick one of its exports, as in tasks(...).name');
    expect(await parallel(all.double, [1, 2], { workers: 1 })).to.deep.equal([2, 4]);
  });

  it('works to the letter: a source that emits more than there is room for', async () => {
    const double = (n: number): number => 2 * n;
    const config = { workers: 1, bufferSize: 2 } as const;
    const reason = await errorOf(
      lastValueFrom(range(1, 9).pipe(parallelMap(double, { ...config, overflow: 'error' }))),
    );
    expect(reason)
      .to.be.instanceOf(RangeError)
      .with.property('message')
      .that.includes('set overflow to "buffer", or give parallel$ an iterable or an async iterable, which is pulled');
    const runs = [
      range(1, 9).pipe(parallelMap(double, { ...config, overflow: 'buffer' })),
      parallel$(double, [1, 2, 3, 4, 5, 6, 7, 8, 9], { ...config, overflow: 'error' }),
    ];
    for (const run of runs) expect(await lastValueFrom(run.pipe(toArray()))).to.have.length(9);
  });
});

function writeTo(file: string, text: string): string {
  writeFileSync(file, text);
  return file;
}
