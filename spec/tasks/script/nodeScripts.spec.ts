import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker as NodeWorker } from 'node:worker_threads';
import { expect } from 'chai';
import { from, lastValueFrom, map, of, take, toArray } from 'rxjs';
import {
  LocalPool,
  parallel,
  parallelGen,
  parallelMap,
  pooled,
  ProcessPool,
  startProc$,
  startThread$,
  TaskError,
  TaskLoadError,
  tasks,
  threaded$,
  ThreadPool,
} from '../../../src/index.ts';

type Images = typeof import('../../support/served/images.ts');
const local = (): Promise<Images> => import('../../support/served/images.ts');
const images = tasks(
  () => new Worker(new URL('../../support/served/images.worker.ts', import.meta.url), { type: 'module' }),
  local,
);
const other = tasks<Record<'name' | 'more', () => string>>(
  () => new Worker(new URL('../../support/served/other.worker.ts', import.meta.url)),
);
const here = `${String(process.pid)} 0`;

/** The script of a name beside the others. */
const scriptOf = <M extends object = Images>(file: string, module?: () => Promise<M>) =>
  tasks<M>(() => new Worker(new URL(`../../support/served/${file}`, import.meta.url)), module);

for (const kind of ['thread', 'process'] as const) {
  const newPool = (config = {}): ThreadPool | ProcessPool =>
    new { thread: ThreadPool, process: ProcessPool }[kind](config);

  describe(`tasks of a script, in a worker ${kind} of Node`, () => {
    it('run in the shared pool, and in a pool of the program', async () => {
      expect(await parallel(images.double, [1, 2, 3], { pool: kind })).to.deep.equal([2, 4, 6]);
      expect(await parallel(images.place, [1], { pool: kind })).to.not.deep.equal([here]);
      await using pool = newPool({ workers: 1 });
      const values$ = of(10).pipe(
        parallelMap(images.upTo, { pool }),
        map(([, n]) => n),
        take(3),
        toArray(),
      );
      expect(await lastValueFrom(values$)).to.deep.equal([0, 1, 2]);
      const added$ = from([1, 2]).pipe(parallelGen(images.Adding, { args: [10], pool, ordered: true }), toArray());
      expect(await lastValueFrom(added$)).to.deep.equal([
        [0, 11],
        [1, 12],
      ]);
    });

    it('of several scripts run in one worker, also with equal names', async () => {
      const own = scriptOf<Record<'name', () => string>>('own.ts');
      await using pool = newPool({ workers: 1 });
      const runs = [images.name, other.name, own.name, other.more].map((task) => parallel(task, [0], { pool }));
      expect((await Promise.all(runs)).flat()).to.deep.equal(['images', 'other', 'own', 'more']);
    });

    it('prepare a worker, and are called one by one', async () => {
      await using pool = newPool({ workers: 1, initializer: images.prepare, initArgs: ['ready'] });
      expect(await parallel(images.prepared, [1], { pool })).to.deep.equal(['ready']);
      await using double = pooled(images.double, { pool });
      expect(await Promise.all([1, 2, 3].map((n) => double(n)))).to.deep.equal([2, 4, 6]);
    });

    it('run tasks of their own script serially', async () => {
      expect(await parallel(images.nested, [5], { pool: kind })).to.deep.equal([[10, 12]]);
    });

    it('start a worker of their own', async () => {
      const start$ = kind === 'thread' ? startThread$ : startProc$;
      expect(await lastValueFrom(start$(images.double, 4))).to.equal(8);
    });

    it('fail with the error of the task and its cause', async () => {
      const error = await errorOf(parallel(images.fail, ['bad'], { pool: kind }));
      expect(error).to.be.instanceOf(TaskError);
      expect(error.cause).to.be.instanceOf(RangeError).with.property('cause').that.is.instanceOf(TypeError);
    });

    it('fail always where the script throws, serves nothing, or lacks the task', async () => {
      for (const [file, reason] of [
        ['throwing.worker.ts', 'not today'],
        ['unparsed.worker.ts', 'JSON'],
        ['silent.worker.ts', 'does not export it'],
      ] as const) {
        const error = await errorOf(parallel(scriptOf(file, local).double, [1], { pool: kind }));
        expect(error, file).to.be.instanceOf(TaskLoadError);
        expect(error.message, file).to.include(reason);
      }
      const { missing } = images as unknown as { missing: typeof images.double };
      expect((await errorOf(parallel(missing, [1], { pool: kind }))).message)
        .to.include('It exports')
        .and.include('upTo');
    });
  });
}

describe('the script of tasks, in Node', () => {
  it('is found without its ending, and by the ending before or after a compiler', async () => {
    for (const file of ['images.worker', 'images.worker.js', 'images.worker.ts'])
      expect(await parallel(scriptOf(file).double, [4]), file).to.deep.equal([8]);
  });

  it('is found where the function makes a worker of Node, which is ended at once', async () => {
    let exited: Promise<unknown> | undefined;
    const made = tasks<Images>(() => {
      const worker = new NodeWorker(new URL('../../support/served/throwing.worker.ts', import.meta.url));
      exited = once(worker, 'exit');
      return worker;
    });
    const error = await errorOf(parallel(made.double, [1]));
    expect(error.message).to.include('throwing.worker.ts').and.include('not today');
    expect(await exited).to.have.length(1);
  });

  it('is not looked for where its tasks run in this thread', async () => {
    const never = tasks(() => {
      throw new Error('it is called');
    }, local);
    expect(await parallel(never.place, [1], { workers: 0 })).to.deep.equal([here]);
    expect(await parallel(never.place, [1], { pool: 'local' })).to.deep.equal([here]);
    expect(await parallel(never.place, [1], { pool: new LocalPool() })).to.deep.equal([here]);
    // Without a second argument, this thread imports the script itself.
    expect(await parallel(scriptOf('images.worker.ts').place, [1], { workers: 0 })).to.deep.equal([here]);
  });

  it('leaves the globals as they were, also in a run of another script within', async () => {
    const own = (): void => undefined;
    const before = Object.getOwnPropertyDescriptor(globalThis, 'URL');
    Object.assign(globalThis, { Worker: own });
    try {
      let inner: Promise<readonly number[]> | undefined;
      const outer = tasks<Images>(() => {
        inner = parallel(scriptOf('images.worker.ts').double, [1]);
        return new Worker(new URL('../../support/served/images.worker.ts', import.meta.url));
      });
      expect(await parallel(outer.double, [2])).to.deep.equal([4]);
      expect(await inner).to.deep.equal([2]);
      expect(globalThis.Worker).to.equal(own);
      expect(Object.getOwnPropertyDescriptor(globalThis, 'URL')).to.deep.equal(before);
    } finally {
      Reflect.deleteProperty(globalThis, 'Worker');
    }
  });

  const lost = {
    'there is no such file': () => new Worker(new URL('./nowhere.ts', import.meta.url)),
    'it is a folder': () => new Worker(new URL('.', import.meta.url)),
    'it is of a server': () => new Worker('https://example.org/x.js'),
    'it is no URL': () => new Worker('x.js'),
    'the function throws': () => {
      throw new Error('no worker today');
    },
    'the function makes none': () => undefined as never,
    'the function makes one later': () => Promise.reject(new Error('later')) as never,
    'the function posts a message': () => {
      const worker = new Worker(new URL('../../support/served/images.worker.ts', import.meta.url));
      worker.postMessage(1);
      return worker;
    },
  };
  for (const [reason, start] of Object.entries(lost))
    it(`leaves its tasks to this thread, with one warning, where ${reason}`, async () => {
      const { place } = tasks(start, local);
      const warnings = await warningsOf(async () => {
        expect(await parallel(place, [1, 2])).to.deep.equal([here, here]);
        expect(await parallel(place, [3], { pool: 'process' })).to.deep.equal([here]);
        expect(await lastValueFrom(threaded$(place)([1]))).to.equal(here);
        expect(await lastValueFrom(startThread$(place, 1))).to.equal(here);
        await using call = pooled(place);
        expect(await call(1)).to.equal(here);
      });
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.have.property('code', 'RXJS_PARALLEL_SERIAL');

      const error = await errorOf(parallel(tasks<Images>(start).place, [1]));
      expect(error).to.be.instanceOf(TaskLoadError);
      expect(error.message).to.include('second argument');
    });

  it('leaves its tasks to this thread, with one warning, where Node cannot load it', async () => {
    const { place, upTo } = scriptOf('unresolved.worker.js', local);
    const { double } = scriptOf('unresolved.worker.js', local);
    const warnings = await warningsOf(async () => {
      const places = await parallel(
        place,
        Array.from({ length: 50 }, (_none, n) => n),
      );
      expect(new Set(places)).to.deep.equal(new Set([here]));
      expect(await parallel(upTo, [2], { pool: 'process' })).to.deep.equal([0, 1]);
      await using call = pooled(double);
      expect(await Promise.all([1, 2].map((n) => call(n)))).to.deep.equal([2, 4]);
    });
    expect(warnings).to.have.length(2);
    expect(warnings[0]?.message).to.include('@bundled/name');
    const error = await errorOf(parallel(scriptOf('unresolved.worker.js').place, [1]));
    expect(error).to.be.instanceOf(TaskLoadError);
  });

  for (const runner of ['VITEST', 'JEST_WORKER_ID'])
    it(`leaves its tasks to this thread, without a word, in a test runner (${runner})`, async () => {
      process.env[runner] = '1';
      try {
        const warnings = await warningsOf(async () => {
          expect(await parallel(images.place, [1])).to.deep.equal([here]);
          expect(await parallel(other.more, [1])).to.deep.equal(['more']);
        });
        expect(warnings).to.deep.equal([]);
      } finally {
        Reflect.deleteProperty(process.env, runner);
      }
    });

  it('is no option of a pool', () => {
    const worker = (): Worker => new Worker(new URL('./x.ts', import.meta.url));
    for (const Pool of [ThreadPool, ProcessPool]) expect(() => new Pool({ worker })).to.throw(TypeError, 'worker');
  });
});

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it has not failed');
}

async function warningsOf(work: () => Promise<void>): Promise<readonly (Error & { code?: string })[]> {
  const warnings: Error[] = [];
  const note = (warning: Error): void => {
    if (warning.name === 'RxjsParallelWarning') warnings.push(warning);
  };
  process.on('warning', note);
  try {
    await work();
    // Node tells of them later.
    await turn();
  } finally {
    process.off('warning', note);
  }
  return warnings;
}
