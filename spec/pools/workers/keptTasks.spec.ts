import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { of } from 'rxjs';
import {
  parallel,
  parallelMap,
  pooled,
  ProcessPool,
  tasks,
  ThreadPool,
  type Task,
  type WorkerPoolConfig,
} from '../../../src/index.ts';
import type { BatchRequest } from '../../../src/pools/wire/messages.ts';
import { recordClientCalls } from '../../support/recordClientCalls.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

describe('a task that a worker has loaded', function () {
  this.timeout(60_000);

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    describe(`(${kind})`, () => {
      const opened: (ThreadPool | ProcessPool)[] = [];
      const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
        const pool = new Pool({ workers: 1, execArgv: fast, ...config });
        opened.push(pool);
        return pool;
      };
      afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.close())));

      const calls = recordClientCalls((method, about) => [
        ...(method === 'batch' && (about as BatchRequest).open !== undefined ? ['open'] : []),
        method === 'forget' ? `forget ${String((about as readonly number[]).length)}` : method,
      ]);
      const count = (name: string): number => calls.filter((made) => made === name).length;

      it('is not loaded again by later runs and functions, in each worker', async () => {
        const pools = [open({ workers: 2 }), open()];
        const inline = (n: number): number => n + 1;
        for (const pool of pools) {
          await pool.ready();
          for (let run = 0; run < 5; run += 1) {
            expect(await parallel(t.double, [1, 2, 3, 4], { pool, chunkSize: 1 })).to.deep.equal([2, 4, 6, 8]);
            expect(await parallel(inline, [1, 2], { pool, chunkSize: 1 })).to.deep.equal([2, 3]);
            await using double = pooled(t.double, { pool });
            await double.ready();
            expect(await Promise.all([1, 2, 3].map((n) => double(n)))).to.deep.equal([2, 4, 6]);
          }
        }
        // Two tasks, in three workers at most.
        expect(count('open')).to.be.within(4, 6);
        expect(count('forget 1')).to.equal(0);
      });

      it('is opened once by the calls of a function with arguments, and forgotten with it', async () => {
        const pool = open({ workers: 2 });
        const read = pooled(t.read, { pool, args: [new Map([[1, 'one']])] });
        await read.ready();
        for (let n = 0; n < 20; n += 1) await Promise.all([1, 1, 1, 1].map((key) => read({ n: key })));
        expect(count('open')).to.equal(2);
        await read[Symbol.asyncDispose]();
        expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
        expect(count('forget 1')).to.be.within(1, 2);
      });

      it('gets fresh arguments in each run', async () => {
        const pool = open();
        const push = (n: number, all: number[]): number => all.push(n);
        const args = [[]] as [number[]];
        for (let run = 0; run < 3; run += 1)
          expect(
            await parallel(push as unknown as Task<number, number, [number[]]>, [1, 2], { pool, args }),
          ).to.deep.equal([1, 2]);
      });

      it('is forgotten when many others have been used since', async () => {
        const pool = open();
        const make = (n: number): ((item: number) => number) =>
          // eslint-disable-next-line @typescript-eslint/no-implied-eval -- many texts.
          new Function('item', `return item + ${String(n)}`) as (item: number) => number;
        for (let n = 0; n < 70; n += 1) expect(await parallel(make(n), [1], { pool })).to.deep.equal([n + 1]);
        expect([count('open'), count('forget 1')]).to.deep.equal([70, 6]);
        expect(await parallel(make(69), [1], { pool })).to.deep.equal([70]);
        expect(count('open')).to.equal(70);
        expect(await parallel(make(0), [1], { pool })).to.deep.equal([1]);
        expect(count('open')).to.equal(71);
      });

      it('is run by another worker where an earlier item blocks the one that has it, and no item is blamed', async () => {
        const pool = open({ graceMs: 20 });
        for (const config of [{}, { timeout: 10_000 }]) {
          // It leaves a loop behind, which begins when its item has ended.
          expect(await parallel(t.leaveLoop, [1], { pool })).to.deep.equal([1]);
          await sleep(100);
          const { started } = pool.stats();
          expect(await parallel(t.leaveLoop, [2], { pool, crashRetries: 0, ...config })).to.deep.equal([2]);
          expect(pool.stats().started).to.equal(started + 1);
          await sleep(100);
        }
      });

      it('is run by another worker where a run that was left at once has opened it in the one that is blocked', async () => {
        const pool = open({ graceMs: 20 });
        expect(await parallel(t.leaveLoop, [1], { pool })).to.deep.equal([1]);
        await sleep(100);
        const { started } = pool.stats();
        const left = of(2).pipe(parallelMap(t.leaveLoop, { pool })).subscribe();
        await Promise.resolve();
        left.unsubscribe();
        expect(await parallel(t.leaveLoop, [3], { pool, crashRetries: 0 })).to.deep.equal([3]);
        expect(pool.stats().started).to.be.above(started);
      });

      it('loses no moved object where an earlier item blocks the worker', async () => {
        const pool = open({ graceMs: 20 });
        const leaveLoop = t.leaveLoop as unknown as Task<ArrayBuffer, ArrayBuffer>;
        const transfer = (buffer: ArrayBuffer): ArrayBuffer[] => [buffer];
        for (let run = 0; run < 3; run += 1) {
          const [moved] = await parallel(leaveLoop, [new ArrayBuffer(8)], { pool, transfer, crashRetries: 0 });
          expect(moved?.byteLength).to.equal(8);
          await sleep(100);
        }
        expect(pool.stats().started).to.equal(3);
      });
    });
});
