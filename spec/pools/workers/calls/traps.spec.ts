import { expect } from 'chai';
import { pooled, ProcessPool, TaskCloneError, tasks, ThreadPool, type Task } from '../../../../src/index.ts';
import { nest } from '../../../support/tasks.ts';
import { scratch } from '../../../support/scratch.ts';
import { errorOf } from '../../../support/settle.ts';
import { until } from '../../../support/until.ts';

const t = tasks<typeof import('../../../support/tasks.ts')>(new URL('../../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../../support/register.js', import.meta.url).href];

type WorkerPool = ThreadPool | ProcessPool;

/** The numbers of calls that a thread and its pool share before they are used again. */
const NUMBERS = 256;

for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
  describe(`calls on one of the ${kind}`, function () {
    this.timeout(60_000);
    const log = scratch();
    let pool: WorkerPool;
    before(() => {
      pool = new Pool({ workers: 1, execArgv: fast, graceMs: 1000, idleMs: Infinity });
    });
    after(() => pool.close());

    it('that are told to stop one after the other end no worker, and no later call', async () => {
      await using stoppable = pooled(t.runUntilStopped, { pool });
      await using nap = pooled(t.waitFor, { pool });
      await nap(1);
      const { started } = pool.stats();
      for (let round = 0; round < 3; round += 1) {
        const [one, two] = [new AbortController(), new AbortController()];
        const errors = [one, two].map(({ signal }) => errorOf(stoppable(undefined, { signal })));
        await until(() => stoppable.running === 1);
        one.abort('one');
        // The answer of the first is on its way, or the second has begun.
        await until(() => stoppable.running === 1 && stoppable.waiting === 0);
        two.abort('two');
        expect(await Promise.all(errors)).to.deep.equal(['one', 'two']);
      }
      // It runs for longer than a task that does not stop may.
      expect(await nap(1200)).to.equal(1200);
      expect(pool.stats()).to.deep.include({ started, stopped: 0, crashed: 0 });
    });

    it('have their own results, however many were taken back before', async () => {
      await using same = pooled(t.same as Task<number, number>, { pool });
      await same(0);
      for (const length of [1.5 * NUMBERS, 4 * NUMBERS]) {
        const gone = Array.from({ length }, (_, n) => {
          const controller = new AbortController();
          const call = same(-n, { signal: controller.signal }).then(
            () => 'ran',
            (error: unknown) => error,
          );
          controller.abort('gone');
          return call;
        });
        const kept = Array.from({ length: NUMBERS + 44 }, (_, n) => same(n));
        expect(new Set(await Promise.all(gone))).to.deep.equal(new Set(['gone']));
        expect(await Promise.all(kept)).to.deep.equal(kept.map((_, n) => n));
      }
    });

    it('that have ended in time do not time out, however long this thread was blocked meanwhile', async () => {
      await using note = pooled(t.noteRun, { pool, args: [log.file], timeout: 500 });
      expect(await note(1)).to.equal(1);
      const call = note(2);
      const begunAtMs = performance.now();
      // The worker ends it while this thread cannot hear of that.
      while (log.lines().length < 2 || performance.now() < begunAtMs + 600);
      expect(await call).to.equal(2);
    });

    it('whose item, or result, cannot be read fail alone, and the worker stays', async () => {
      await using give = pooled(t.giveUnreadable, { pool });
      await using depth = pooled(t.depth, { pool });
      await using same = pooled(t.same, { pool });
      await give(1);
      const { started } = pool.stats();
      // A thread has a smaller stack, and a process gets no modules of WebAssembly.
      const odd =
        kind === 'threads' ? nest(8000) : new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
      for (let round = 0; round < 2; round += 1) {
        const results = await Promise.allSettled([1, 'unreadable', 2, 3, 'unreadable', 4].map((what) => give(what)));
        const errors = results.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
        expect(errors).to.have.length(2);
        for (const error of errors) expect(error).to.be.instanceOf(TaskCloneError).with.property('item', 'unreadable');

        const task = kind === 'threads' ? depth : same;
        const items = [[], odd, [], [], odd, []];
        const read = await Promise.allSettled(items.map((item) => task(item)));
        expect(read.map(({ status }) => status)).to.deep.equal(
          items.map((item) => (item === odd ? 'rejected' : 'fulfilled')),
        );
        for (const end of read)
          if (end.status === 'rejected') expect(end.reason).to.be.instanceOf(TaskCloneError).with.property('item', odd);
      }
      expect(pool.stats()).to.deep.include({ started, stopped: 0, crashed: 0 });
    });

    it('of more functions than a worker keeps tasks each run their own, again and again', async () => {
      const functions = Array.from({ length: 70 }, (_, n) =>
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- many texts.
        pooled(new Function('item', `return item + ${String(n)}`) as (item: number) => number, { pool }),
      );
      for (let round = 0; round < 2; round += 1) {
        const results = await Promise.all([...functions, ...functions].map((fn) => fn(1000 * round)));
        expect(results).to.deep.equal([...functions, ...functions].map((_, at) => 1000 * round + (at % 70)));
      }
      await Promise.all(functions.map((fn) => fn[Symbol.asyncDispose]()));
    });
  });
