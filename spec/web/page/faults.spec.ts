import { expect } from 'chai';
import {
  parallel,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  tasks,
  TaskTimeoutError,
  ThreadPool,
  WorkerCrashError,
} from '../../../src/index.ts';
import { caught } from './caught.ts';
import { images, terminating } from './scripts.ts';
import type * as Images from './tasks/images.ts';

type Fault = readonly [
  run: (pool: ThreadPool) => PromiseLike<unknown>,
  error: abstract new (...args: never[]) => Error,
  config?: { readonly bootTimeout: number },
];

const scriptOf = (file: string) =>
  tasks<typeof Images>(() => new Worker(`/tasks/${file}.worker.js`, { type: 'module' })).double;

/** Runs that fail, each with the class of its error. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'whose task throws': [(pool) => parallel(images.refuse, ['odd'], { pool }), TaskError],
  'with an uncaught error': [(pool) => parallel(images.die, ['throw'], { pool, crashRetries: 0 }), WorkerCrashError],
  'with an unhandled rejection': [
    (pool) => parallel(images.die, ['reject'], { pool, crashRetries: 0 }),
    WorkerCrashError,
  ],
  'whose worker closes itself': [
    (pool) => parallel(images.die, ['close'], { pool, crashRetries: 0 }),
    WorkerCrashError,
  ],
  'whose task loops on end': [(pool) => parallel(images.loop, [-1], { pool, timeout: 300 }), TaskTimeoutError],
  'whose script is not there': [(pool) => parallel(scriptOf('nowhere'), [1], { pool }), TaskLoadError],
  'whose script is no JavaScript': [(pool) => parallel(scriptOf('syntax'), [1], { pool }), TaskLoadError],
  'whose script throws': [(pool) => parallel(scriptOf('throwing'), [1], { pool }), TaskLoadError],
  'whose script never serves': [
    (pool) => parallel(scriptOf('silent'), [1], { pool }),
    TaskLoadError,
    { bootTimeout: 5000 },
  ],
  'with an item that cannot be cloned': [
    (pool) => parallel((n: unknown) => n, [{ act: () => 1 }] as never[], { pool }),
    TaskCloneError,
  ],
  'with a result that cannot be cloned': [(pool) => parallel(images.unsendable, [1], { pool }), TaskCloneError],
};

const numbers = Array.from({ length: 20 }, (_none, n) => n);
const doubles = numbers.map((n) => n * 2);

describe('a run in a page', () => {
  for (const [fault, [run, kind, config]] of Object.entries(FAULTS))
    it(`${fault} fails alone, in two pools at once: others on them end, and come after it`, async () => {
      await using one = new ThreadPool({ workers: 2, graceMs: 100, ...config });
      await using two = new ThreadPool({ workers: 2, graceMs: 100, ...config });
      await Promise.all(
        [one, two].map(async (pool) => {
          const [error, beside] = await Promise.all([caught(run(pool)), parallel(images.double, numbers, { pool })]);
          expect(error).to.be.instanceOf(kind);
          expect(beside).to.deep.equal(doubles);
          expect(await parallel(images.double, numbers, { pool })).to.deep.equal(doubles);
        }),
      );
    });

  it('whose worker somebody else terminates goes on in another worker, in two pools at once', async () => {
    await using one = new ThreadPool({ workers: 1 });
    await using two = new ThreadPool({ workers: 1 });
    const { announce } = terminating(2);
    const results = await Promise.all([one, two].map((pool) => parallel(announce, [1000, 1001], { pool })));
    expect(results).to.deep.equal([
      [1000, 1001],
      [1000, 1001],
    ]);
  });

  it('goes on beside messages that are not of the library, or not known to it', async () => {
    const { babble } = tasks<typeof Images>(() => {
      const worker = new Worker(new URL('./tasks/images.worker.ts', import.meta.url), { type: 'module' });
      for (const message of [
        'text',
        null,
        {},
        { rxjsParallel: 'nothing' },
        { rxjsParallel: 'call', method: 'toString' },
      ])
        worker.postMessage(message);
      return worker;
    });
    await using one = new ThreadPool({ workers: 1 });
    await using two = new ThreadPool({ workers: 1 });
    const results = await Promise.all([one, two].map((pool) => parallel(babble, numbers, { pool })));
    expect(results).to.deep.equal([numbers, numbers]);
  });
});
