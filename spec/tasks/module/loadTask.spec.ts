import { expect } from 'chai';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setCurrentTask } from '../../../src/tasks/currentTask.ts';
import { TaskLoadError } from '../../../src/tasks/errors/errors.ts';
import { loadTask } from '../../../src/tasks/module/loadTask.ts';
import { transferListOf } from '../../../src/tasks/transfer.ts';

const failure = async (loading: Promise<unknown>): Promise<TaskLoadError> => {
  const error: unknown = await loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(TaskLoadError);
  return error as TaskLoadError;
};

describe('loadTask', () => {
  let folder: string;

  /** Writes a module and gives its URL. */
  const write = (file: string, text: string): string => {
    writeFileSync(join(folder, file), text);
    return urlOf(file);
  };
  const urlOf = (file: string): string => pathToFileURL(join(folder, file)).href;
  const load = (url: string, name: string): Promise<(...args: unknown[]) => unknown> =>
    loadTask({ kind: 'module', url, name });
  const inline = (text: string): Promise<(...args: unknown[]) => unknown> =>
    loadTask({ kind: 'source', text, name: 'inline' });

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'load-task-')));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  describe('of a module', () => {
    it('gives an export, also the default one and a class', async () => {
      const url = write(
        'good.js',
        'export const double = (n) => n * 2; export default (n) => n * 3; export class Upper { process() {} }',
      );
      expect((await load(url, 'double'))(2)).to.equal(4);
      expect((await load(url, 'default'))(2)).to.equal(6);
      expect(Reflect.construct(await load(url, 'Upper'), [])).to.have.property('process');
    });

    it('takes a query, a data: URL and a module of Node', async () => {
      const url = write('query.js', 'export const query = () => new URL(import.meta.url).search');
      expect((await load(`${url}?a=1`, 'query'))()).to.equal('?a=1');
      expect((await load('data:text/javascript,export const one = () => 1', 'one'))()).to.equal(1);
      expect((await load('node:path', 'basename'))('/a/b')).to.equal('b');
    });

    it('gives what a CommonJS module exports', async () => {
      expect((await load(write('a.cjs', 'exports.double = (n) => n * 2'), 'double'))(2)).to.equal(4);
      const hidden = write('b.cjs', 'const all = { double: (n) => n * 2 }; module.exports = Object.assign({}, all)');
      expect((await load(hidden, 'double'))(2)).to.equal(4);
      expect((await load(write('c.cjs', 'module.exports = (n) => n * 2'), 'default'))(2)).to.equal(4);
      const compiled = write(
        'd.cjs',
        'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = (n) => n * 2',
      );
      expect((await load(compiled, 'default'))(2)).to.equal(4);
    });

    for (const [asked, there] of [
      ['.ts', '.js'],
      ['.mts', '.mjs'],
      ['.js', '.ts'],
      ['.mjs', '.mts'],
      ['.cjs', '.cts'],
    ] as const) {
      it(`takes ${there} where there is no ${asked}`, async () => {
        write(`other${there}`, there === '.cts' ? 'exports.one = () => 1' : 'export const one = () => 1');
        expect((await load(`${urlOf(`other${asked}`)}?${asked}`, 'one'))()).to.equal(1);
        rmSync(join(folder, `other${there}`));
      });
    }

    it('takes the one that is asked for where both are there', async () => {
      write('both.js', 'export const which = () => "js"');
      const url = write('both.ts', 'export const which = () => "ts" as string');
      expect((await load(url, 'which'))()).to.equal('ts');
    });

    const BUNDLED = 'If a bundler has made this program, let it write the module there, as an entry point of its own';

    it('says which module is not there, and for what it looked', async () => {
      const error = await failure(load(urlOf('missing.ts'), 'double'));
      expect(error.message).to.equal(
        `cannot load the task "double": there is no ${urlOf('missing.ts')}, nor one that ends in .js. ${BUNDLED}`,
      );
      expect((await failure(load(urlOf('missing.json'), 'double'))).message).to.match(
        new RegExp(`there is no file:.*missing\\.json\\. ${BUNDLED}$`),
      );
    });

    it('tells a module that is not there from one that it imports', async () => {
      const url = write('importer.js', 'import "./not-there.js"; export const double = () => 1');
      const error = await failure(load(url, 'double'));
      expect(error.message).to.match(
        /^cannot load the task "double" of file:.*importer\.js: Cannot find module .*not-there\.js/,
      );
      expect(error.cause).to.be.instanceOf(Error);
    });

    it('says what the module exports where it does not export the task', async () => {
      const url = write('typo.js', 'export const clean = () => 1; export const wash = () => 1');
      expect((await failure(load(url, 'claen'))).message).to.equal(
        `cannot load the task "claen": ${url} does not export it. It exports clean, wash`,
      );
      expect((await failure(load(write('empty.js', ''), 'clean'))).message).to.match(/It exports nothing$/);
      expect((await failure(load(url, 'toString'))).message).to.match(/It exports clean, wash$/);
      expect((await failure(load(write('e.cjs', 'module.exports = { ...{ clean: 1 } }'), 'claen'))).message).to.match(
        /exports.*clean/,
      );
    });

    it('says what the export is where it is no function', async () => {
      const url = write('constant.js', 'export const limit = 5; export const nothing = null');
      expect((await failure(load(url, 'limit'))).message).to.equal(
        `cannot load the task "limit": ${url} exports it, but it is no function: 5`,
      );
      expect((await failure(load(url, 'nothing'))).message).to.match(/no function: null$/);
    });

    it('keeps what a module threw while it was loaded as the cause', async () => {
      const url = write('throws.js', 'throw new RangeError("at the top"); export const double = 1');
      const error = await failure(load(url, 'double'));
      expect(error.message).to.equal(`cannot load the task "double" of ${url}: at the top`);
      expect(error.cause).to.be.instanceOf(RangeError);

      const odd = await failure(load(write('odd.js', 'throw undefined'), 'double'));
      expect(odd).to.have.own.property('cause', undefined);
      expect((await failure(load('data:text/javascript,export const =', 'double'))).cause).to.be.instanceOf(
        SyntaxError,
      );
    });

    it('says what runs a TypeScript module that Node alone does not understand', async () => {
      const advice = /execArgv: \['--import', 'tsx'\]/;
      const missing = write('importsMissing.ts', "import './missing'; export const double = (n: number) => n * 2");
      expect((await failure(load(missing, 'double'))).message).to.match(advice);
      const folderOf = write('importsFolder.ts', "import '..'; export const double = (n: number) => n * 2");
      expect((await failure(load(folderOf, 'double'))).message).to.match(advice);
      const compiled = write('importsMissing.js', "import './missing'; export const double = (n) => n * 2");
      expect((await failure(load(compiled, 'double'))).message).to.not.match(advice);
    });

    it('says what to do where this Node runs no TypeScript', async () => {
      const error = `(new TypeError('Unknown file extension ".ts" for /a/b.ts'))`;
      expect((await failure(load(`data:text/javascript,throw ${error}`, 'double'))).message).to.match(
        /Unknown file extension "\.ts" for \/a\/b\.ts\. This Node runs no TypeScript: .*compile.*22\.18/,
      );
      expect((await failure(load(`data:text/javascript,throw ${error}`, 'double'))).message).to.match(
        /npm install --save-dev tsx/,
      );
      const other = error.replace('.ts', '.css');
      expect((await failure(load(`data:text/javascript,throw ${other}`, 'double'))).message).to.not.match(/TypeScript/);
    });

    it('says what to do where the globals of a DOM keep the compiler from running', async () => {
      const thrower = (message: string): string => `data:text/javascript,throw new Error(${JSON.stringify(message)})`;
      const invariant =
        'Invariant violation: "new TextEncoder().encode("") instanceof Uint8Array" is incorrectly false';
      for (const name of ['double', 'square'])
        expect((await failure(load(thrower(invariant), name))).message).to.include('write // @vitest-environment node');
      expect((await failure(load(thrower('Invariant violation: 1'), 'double'))).message).to.not.include('@vitest');
    });

    it('loads a task once', async () => {
      const url = write('once.js', 'export const one = () => 1; export const two = () => 2');
      expect(load(url, 'one')).to.equal(load(url, 'one'));
      expect(await load(url, 'one')).to.not.equal(await load(url, 'two'));
    });

    it('tries again after a failure', async () => {
      await failure(load(urlOf('later.js'), 'one'));
      expect((await load(write('later.js', 'export const one = () => 1'), 'one'))()).to.equal(1);
    });
  });

  describe('of a source text', () => {
    it('compiles it once', async () => {
      expect((await inline('(n) => n * 2'))(2)).to.equal(4);
      expect(inline('(n) => n * 2')).to.equal(inline('(n) => n * 2'));
    });

    it('lets it see currentTask and transfer', async () => {
      setCurrentTask({ index: 7, attempt: 1, signal: new AbortController().signal });
      expect((await inline('() => currentTask().index'))()).to.equal(7);
      setCurrentTask(undefined);

      const buffer = (await inline('() => { const b = new ArrayBuffer(1); return transfer(b, [b]) }'))();
      expect(transferListOf(buffer)).to.deep.equal([buffer]);
    });

    it('says what it cannot compile, and what is missing', async () => {
      const syntax = await failure(inline('() => import.meta'));
      expect(syntax.message).to.match(/^cannot load the task "inline": Cannot use 'import\.meta'/);
      expect(syntax.cause).to.be.instanceOf(SyntaxError);
      expect((await failure(inline('class extends Outer {}'))).message).to.match(
        /Outer is not defined in the worker: the task "inline"/,
      );
    });
  });
});
