import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import {
  LocalPool,
  parallel,
  pooled,
  ProcessPool,
  tasks,
  TaskTimeoutError,
  ThreadPool,
  type Pool,
  type PooledConfig,
} from '../../../src/index.ts';
import { QueuePool, serveTasks } from '../../../src/bullmq.ts';
import { MemoryEngine } from '../../../src/testing.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';
import { until } from '../../support/until.ts';

const url = new URL('../../support/tasks.ts', import.meta.url);
const t = tasks<typeof import('../../support/tasks.ts')>(url);
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

interface Opened {
  readonly pool: Pool;
  /** The workers that were killed. */
  readonly stopped: () => number;
}

const threads = (config: object): Opened => {
  const pool = new ThreadPool({ workers: 1, graceMs: 0, execArgv: fast, ...config });
  return { pool, stopped: () => pool.stats().stopped };
};

// A pool with a pause, and one that somebody wraps, run each call as a job.
const POOLS: Readonly<Record<string, () => Opened | Promise<Opened>>> = {
  threads: () => threads({}),
  'threads with a pause': () => threads({ pause: 1 }),
  'threads that somebody wraps': () => {
    const { pool, stopped } = threads({});
    return { pool: { size: 1, sends: true, run$: (job) => pool.run$(job), close: () => pool.close() }, stopped };
  },
  'a machine': async () => {
    const both = { engine: new MemoryEngine(), modules: { tasks: url }, graceMs: 0 };
    const { pool: own, stopped } = threads({});
    const server = await serveTasks({ ...both, ahead: 0, pool: own });
    const pool = await QueuePool.connect(both);
    const close = pool.close.bind(pool);
    pool.close = async () => {
      await close();
      await server.close({ graceMs: 0 });
    };
    return { pool, stopped };
  },
};

describe('graceMs of pooled', function () {
  this.timeout(60_000);
  const log = scratch();

  for (const [name, make] of Object.entries(POOLS)) {
    /** Abandons a call whose task runs. */
    const abandon = async (pool: Pool, ms: number, config: PooledConfig): Promise<void> => {
      const controller = new AbortController();
      const call = pooled(t.ignoreStop, { pool, ...config, args: [log.file] });
      const before = log.lines().length;
      const error = errorOf(call(ms, { signal: controller.signal }));
      await until(() => log.lines().length > before);
      controller.abort('gone');
      expect(await error).to.equal('gone');
    };

    it(`lets abandoned tasks run to their end, and keeps their workers, on ${name}`, async () => {
      const { pool, stopped } = await make();
      const where = pooled(t.workerId, { pool });
      const worker = await where(undefined);
      for (const graceMs of [Infinity, 60_000]) {
        await abandon(pool, 100, { graceMs, timeout: 50_000 });
        expect(await where(undefined)).to.equal(worker);
        expect(log.lines().slice(-2)).to.deep.equal(['start', 'end']);
      }
      expect(stopped()).to.equal(0);
      await pool.close();
    });

    it(`ends abandoned tasks at their timeout, and after a shorter time, on ${name}`, async () => {
      const { pool, stopped } = await make();
      const where = pooled(t.workerId, { pool });
      for (const [at, config] of [
        { graceMs: Infinity, timeout: 50 },
        { graceMs: 60_000, timeout: 50 },
        { graceMs: 10 },
      ].entries()) {
        const worker = await where(undefined);
        await abandon(pool, 60_000, config);
        expect(await where(undefined)).not.to.equal(worker);
        expect(stopped()).to.equal(at + 1);
      }
      await pool.close();
    });
  }

  for (const [kind, Own] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    it(`does not lengthen the life of a task that is late, and whose run is cancelled then, on ${kind}`, async () => {
      const pools = [1, 2].map(() => new Own({ workers: 1, execArgv: fast, graceMs: 10 }));
      await Promise.all(
        pools.map(async (own) => {
          const close = (): Promise<void> => own.close();
          const pool: Pool = { size: 1, sends: true, run$: (job) => own.run$({ ...job, graceMs: Infinity }), close };
          const [before] = await parallel(t.workerId, [undefined], { pool: own });
          const late = parallel(t.ignoreStop, [60_000], { pool, args: [log.file], timeout: 50 });
          expect(await errorOf(late)).to.be.instanceOf(TaskTimeoutError);
          expect(await parallel(t.workerId, [undefined], { pool: own })).not.to.deep.equal([before]);
          expect(own.stats().stopped).to.equal(1);
          await own.close();
        }),
      );
    });

  it('holds the place of an abandoned task in this thread until it has ended, or for so long', async () => {
    const pools = [new LocalPool({ workers: 1 }), new LocalPool({ workers: 1 })];
    for (const pool of pools) {
      for (const [ms, config, goesFirst] of [
        [150, { graceMs: Infinity }, false],
        [150, { graceMs: 50_000, timeout: 50_000 }, false],
        [150, { graceMs: Infinity, timeout: 2_147_483_647 }, false],
        [300, { graceMs: 10 }, true],
        [400, { graceMs: Infinity, timeout: 20 }, true],
      ] as const) {
        const ends: string[] = [];
        let hasBegun = false;
        const nap = pooled(
          async () => {
            hasBegun = true;
            await sleep(ms);
            ends.push('abandoned');
          },
          { pool, ...config },
        );
        const other = pooled(() => ends.push('other'), { pool });
        const controller = new AbortController();
        const error = errorOf(nap(undefined, { signal: controller.signal }));
        await until(() => hasBegun);
        controller.abort('gone');
        await Promise.all([error, other(undefined)]);
        await until(() => ends.length === 2);
        expect(ends[0]).to.equal(goesFirst ? 'other' : 'abandoned');
      }
      await pool.close();
    }
  });
});
