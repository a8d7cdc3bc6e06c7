import { expect } from 'chai';
import { parallel, ParallelError, ProcessPool, TaskCloneError, tasks, ThreadPool } from '../../../src/index.ts';
import { errorOf } from '../../support/settle.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };
const WORKERS = 2;

/** Counts up, and gives what was there. */
const countUp = (shared: SharedArrayBuffer): number => Atomics.add(new Int32Array(shared), 0, 1);
const countUpIn = (_item: number, shared: SharedArrayBuffer): number => Atomics.add(new Int32Array(shared), 0, 1);
const shareAt1 = (n: number): SharedArrayBuffer | number => (n === 1 ? new SharedArrayBuffer(8) : n);

for (const kind of ['thread', 'process'] as const)
  describe(`what is sent to a ${kind}`, function () {
    this.timeout(60_000);
    const pool = new kinds[kind]({ workers: WORKERS, execArgv: fast });
    after(() => pool.close());

    describe('args', () => {
      /** Counts how often it is sent: what copies an object reads its properties, each time. */
      const counted = (): { readonly sent: number; readonly args: readonly [{ readonly table: Uint8Array }] } => {
        const table = new Uint8Array(10_000_000).fill(7);
        let sent = 0;
        const lookup = Object.defineProperty({ table }, 'table', {
          enumerable: true,
          get: () => {
            sent += 1;
            return table;
          },
        });
        return {
          args: [lookup],
          get sent() {
            return sent;
          },
        };
      };
      const at = (n: number, { table }: { readonly table: Uint8Array }): number => (table[n] ?? NaN) + n;
      const items = Array.from({ length: 200 }, (_, n) => n);
      const found = items.map((n) => n + 7);

      for (const chunkSize of [1, 'auto'] as const)
        it(`are sent once per worker, not per chunk, for chunks of ${String(chunkSize)}`, async () => {
          const lookup = counted();
          expect(await parallel(at, items, { pool, chunkSize, args: lookup.args })).to.deep.equal(found);
          expect(lookup.sent).to.be.within(1, WORKERS);
        });

      it('are sent again to each worker for another run', async () => {
        const lookup = counted();
        for (const run of [1, 2]) {
          expect(await parallel(at, items, { pool, chunkSize: 1, args: lookup.args })).to.deep.equal(found);
          expect(lookup.sent).to.be.within(run, run * WORKERS);
        }
      });
    });

    describe('memory that threads share', () => {
      if (kind === 'thread') {
        it('is shared as an item: what a task writes is seen here', async () => {
          const shared = new SharedArrayBuffer(8);
          const before = await parallel(countUp, [shared, shared, shared], { pool });
          expect(before.toSorted((a, b) => a - b)).to.deep.equal([0, 1, 2]);
          expect(new Int32Array(shared)[0]).to.equal(3);
        });

        it('is shared as an argument, by all workers', async () => {
          const shared = new SharedArrayBuffer(8);
          const before = await parallel(countUpIn, Array.from({ length: 100 }, Number), {
            pool,
            chunkSize: 1,
            args: [shared],
          });
          expect(new Set(before).size).to.equal(100);
          expect(new Int32Array(shared)[0]).to.equal(100);
        });

        it('is shared while a task runs, which hears of it what is written here', async () => {
          const shared = new SharedArrayBuffer(8);
          const cells = new Int32Array(shared);
          const run = parallel(
            (there: SharedArrayBuffer) => {
              const its = new Int32Array(there);
              Atomics.store(its, 0, 1);
              while (Atomics.load(its, 1) === 0);
              return 'heard';
            },
            [shared],
            { pool },
          );
          while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
          Atomics.store(cells, 1, 1);
          expect(await run).to.deep.equal(['heard']);
        });

        it('is shared as a result', async () => {
          const shared = new SharedArrayBuffer(8);
          const [back] = await parallel(t.same, [shared], { pool });
          new Int32Array(back as SharedArrayBuffer)[0] = 5;
          expect(new Int32Array(shared)[0]).to.equal(5);
        });
      } else {
        it('is an error of the item that holds it, and of no other', async () => {
          const items: unknown[] = [1, new SharedArrayBuffer(8), 3];
          const results = await parallel(t.same, items, { pool, chunkSize: 3, onError: 'return' });
          expect(results[1]).to.be.instanceOf(TaskCloneError).with.property('index', 1);
          expect((results[1] as Error).message)
            .to.include('item 1 cannot be sent to task same in a process')
            .and.include('SharedArrayBuffer');
          expect([results[0], results[2]]).to.deep.equal([1, 3]);
        });

        it('fails the run as an argument, whatever the policy', async () => {
          const args = [new SharedArrayBuffer(8)] as const;
          const error = await errorOf(parallel(countUpIn, [0], { pool, args, onError: 'skip' }));
          expect(error).to.be.instanceOf(TaskCloneError);
          expect((error as Error).message)
            .to.include('the args of task countUpIn cannot be sent to a process')
            .and.include('SharedArrayBuffer');
        });

        it('is an error of the item that it is the result of', async () => {
          const results = await parallel(shareAt1, [0, 1, 2], { pool, chunkSize: 3, onError: 'return' });
          expect(
            results.map((result) => (result instanceof ParallelError ? [result.name, result.index] : result)),
          ).to.deep.equal([0, ['TaskCloneError', 1], 2]);
        });
      }
    });

    describe('a result', () => {
      const name = kind === 'thread' ? 'is moved back by transfer' : 'is copied back, whatever transfer says';
      it(name, async () => {
        const [bytes] = await parallel(t.giveAndKeep, [1000], { pool, workers: 1 });
        expect(bytes).to.deep.equal(new Uint8Array(1000).fill(1));
        const left = kind === 'thread' ? 0 : 1000;
        expect(await parallel(t.keptBytes, [0], { pool, workers: 1 })).to.deep.equal([left]);
      });
    });
  });
