import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import ts from 'typescript';
import { errorOf } from './support/settle.ts';

type Library = typeof import('../src/index.ts');
type Worker = typeof import('../src/worker.ts');
type Testing = typeof import('../src/testing.ts');

/** The package as one module of a program has it: all of its entry points. */
interface Copy extends Library {
  readonly worker: Worker;
  readonly testing: Testing;
}

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../', import.meta.url));

const imported = async (dist: string): Promise<Copy> => {
  const load = async (entry: string): Promise<object> =>
    (await import(pathToFileURL(join(dist, `${entry}.js`)).href)) as object;
  return {
    ...((await load('index')) as Library),
    worker: (await load('worker')) as Worker,
    testing: (await load('testing')) as Testing,
  };
};
const required = (dist: string): Copy => {
  const load = (entry: string): object => require(join(dist, `${entry}.cjs`)) as object;
  return { ...(load('index') as Library), worker: load('worker') as Worker, testing: load('testing') as Testing };
};

const NAMES = ['imported', 'required', 'imported from a second package', 'required from a second package'] as const;
/** Each way with another one, and both directions. */
const PAIRS = NAMES.flatMap((one) => NAMES.filter((other) => other !== one).map((other) => [one, other] as const));
const ERRORS = [
  'TaskError',
  'TaskTimeoutError',
  'TaskCloneError',
  'TaskLoadError',
  'WorkerCrashError',
  'PoolClosedError',
] as const;

describe('several copies of the package in one thread', function () {
  this.timeout(60_000);
  let folder = '';
  const copies = new Map<string, Copy>();
  const copy = (name: string): Copy => copies.get(name) as Copy;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-copies-'));
    const second = join(folder, 'node_modules/rxjs-parallel/dist');
    mkdirSync(second, { recursive: true });
    cpSync(join(root, 'dist'), second, { recursive: true });
    writeFileSync(join(second, '../package.json'), '{ "type": "module" }');
    symlinkSync(join(root, 'node_modules/rxjs'), join(folder, 'node_modules/rxjs'), 'junction');
    copies.set(NAMES[0], await imported(join(root, 'dist')));
    copies.set(NAMES[1], required(join(root, 'dist')));
    copies.set(NAMES[2], await imported(second));
    copies.set(NAMES[3], required(second));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are different ones', () => {
    expect(new Set(NAMES.map((name) => copy(name).TaskError)).size).to.equal(NAMES.length);
    expect(new Set(NAMES.map((name) => copy(name).testing.VirtualPool)).size).to.equal(NAMES.length);
  });

  for (const [one, other] of PAIRS)
    describe(`what is ${one} beside what is ${other}`, () => {
      for (const name of ERRORS)
        it(`tells a ${name} by instanceof, and what extends it`, () => {
          const [here, there] = [copy(one), copy(other)];
          class Own extends there[name] {}
          const error = new here[name]('x');

          expect([there[name], there.ParallelError, Error].map((kind) => error instanceof kind)).to.deep.equal([
            true,
            true,
            true,
          ]);
          expect(ERRORS.filter((kind) => error instanceof there[kind])).to.deep.equal([name]);
          expect(new here.ParallelError('x') instanceof there[name]).to.equal(false);
          expect([error instanceof Own, new there[name]('x') instanceof Own]).to.deep.equal([false, false]);
          expect([Own, here[name], here.ParallelError].map((kind) => new Own('x') instanceof kind)).to.deep.equal([
            true,
            true,
            true,
          ]);
          expect(
            [undefined, null, 1, {}, () => error].map((value) => (value as object) instanceof here[name]),
          ).to.not.include(true);
        });

      it('takes its tasks', async () => {
        const module = new URL('./support/projects/consumers/esm-js/tasks.js', import.meta.url);
        const all = copy(other).tasks<{ double: (n: number) => number }>(module);

        expect(await copy(one).parallel(all.double, [1, 2], { workers: 0 })).to.deep.equal([2, 4]);
        const error = await errorOf(copy(one).parallel(all as never, [1]));
        expect(error).to.be.instanceOf(TypeError).with.property('message').that.includes('pick one of its exports');
      });

      it('tries again what fails in its pool', async () => {
        const [here, there] = [copy(one), copy(other)];
        const pool = new there.LocalPool({ workers: 2 });
        const late = await here.parallel(
          async (n: number) => {
            const task = here.worker.currentTask();
            if (task?.attempt === 1)
              await new Promise((resolve) => {
                task.signal.addEventListener('abort', resolve);
              });
            if (task?.attempt === 2) throw new RangeError('second');
            return [n, task?.attempt];
          },
          [1, 2],
          { pool, timeout: 20, retry: 2 },
        );

        expect(late).to.deep.equal([
          [1, 3],
          [2, 3],
        ]);
      });

      it('tries again, in virtual time, what is late or has taken its worker along', () => {
        const [here, there] = [copy(one), copy(other)];
        new TestScheduler((actual, expected) => {
          expect(actual).to.deep.equal(expected);
        }).run(({ expectObservable }) => {
          const pool = new there.testing.VirtualPool({
            workers: 2,
            marble: (index, attempt) => ['--x', '---------a|', '-b|'][attempt - 1] ?? `${String(index)}|`,
          });
          const run$ = here.parallel$((s: string) => s, ['p', 'q'], { pool, timeout: 3, retry: 1, crashRetries: 1 });
          expectObservable(run$.pipe(toArray())).toBe('-------(a|)', {
            a: [
              [0, 'b'],
              [1, 'b'],
            ],
          });
        });
      });

      it('fails with a pool that is closed, and tries no more', async () => {
        const [here, there] = [copy(one), copy(other)];
        const pool = new there.LocalPool({ workers: 1 });
        const run = here.parallel(() => new Promise(() => undefined), [1, 2], { pool, retry: 5, onError: 'skip' });
        const failed = errorOf(run);
        await pool.close();

        expect(await failed)
          .to.be.instanceOf(here.PoolClosedError)
          .and.instanceOf(there.PoolClosedError);
      });

      it('knows the classes of errors that were registered with it', async () => {
        const [here, there] = [copy(one), copy(other)];
        const name = `Odd${String(NAMES.indexOf(one))}${String(NAMES.indexOf(other))}`;
        const Odd = { [name]: class extends Error {} }[name] as typeof Error;
        there.registerError(Odd);
        const task = (name: string): never => {
          const Thrown = { [name]: class extends Error {} }[name] as typeof Error;
          throw new Thrown();
        };
        const [error] = await here.parallel(task, [name], { onError: 'return' });

        expect(error).to.be.instanceOf(there.TaskError);
        expect((error as Error).cause).to.be.instanceOf(Odd);
      });

      it('shares the workers of the default pool', async () => {
        const seen = async (library: Copy): Promise<unknown> => {
          const task = (): unknown => process.getBuiltinModule('node:worker_threads').threadId;
          return await library.parallel(task, [1, 2, 3], { workers: 1 });
        };

        expect(await seen(copy(other))).to.deep.equal(await seen(copy(one)));
      });

      it('tells in a worker which task runs, and what it moves', async () => {
        const [here, there] = [copy(one), copy(other)];
        const [first, second] = await here.parallel(
          (n: number) => {
            const bytes = new Uint8Array(8).fill(n);
            there.worker.transfer(bytes, [bytes.buffer]);
            return there.worker.currentTask() === here.worker.currentTask() && there.worker.currentTask()?.index;
          },
          [7, 8],
          { workers: 0 },
        );

        expect([first, second]).to.deep.equal([0, 1]);
      });
    });
});

describe('the types of what is imported and of what is required', function () {
  this.timeout(60_000);

  it('take the tasks, pools and errors of each other', () => {
    const program = ts.createProgram([fileURLToPath(new URL('./support/projects/copies/main.mts', import.meta.url))], {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipDefaultLibCheck: true,
      types: ['node'],
      lib: ['lib.es2022.d.ts'],
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
    });
    const files = program.getSourceFiles().map(({ fileName }) => fileName);
    const problems = ts.getPreEmitDiagnostics(program);

    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).to.deep.equal([]);
    for (const entry of ['index.d.ts', 'index.d.cts', 'testing.d.ts'])
      expect(files.filter((file) => file.endsWith(`/dist/${entry}`))).to.have.length(1);
  });
});
