import { expect } from 'chai';
import { lastValueFrom, merge, of, toArray } from 'rxjs';
import {
  LocalPool,
  parallel,
  parallelMap,
  pooled,
  pooled$,
  ProcessPool,
  tasks,
  ThreadPool,
  type Buckets,
  type Pool,
  type PoolStats,
  type WorkerPoolConfig,
} from '../../src/index.ts';
import { MemoryEngine, VirtualPool } from '../../src/testing.ts';
import { queuePool } from '../support/queue/queuePool.ts';
import { marbles } from '../support/marbles.ts';
import { errorOf } from '../support/settle.ts';
import { until } from '../support/until.ts';

const modules = { tasks: new URL('../support/tasks.ts', import.meta.url) };
const t = tasks<typeof import('../support/tasks.ts')>(modules.tasks);
const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

type Counting = Pool & { stats(): PoolStats };

const POOLS: Readonly<Record<string, () => Promise<Counting> | Counting>> = {
  local: () => new LocalPool({ workers: 2 }),
  thread: () => new ThreadPool({ workers: 2, execArgv: fast }),
  process: () => new ProcessPool({ workers: 2, execArgv: fast }),
  'thread with a pause': () => new ThreadPool({ workers: 2, pause: 1, execArgv: fast }),
  queue: () => queuePool({ engine: new MemoryEngine() }, { pool: { modules }, machine: { modules } }),
};

const GROWING = [
  ...(['items', 'failed', 'jobs', 'started', 'crashed', 'stopped', 'retired', 'rejected'] as const),
  ...(['busyMs', 'workedMs'] as const),
];

/** Checks that no counter has fallen, and that the buckets are of all that were counted. */
function expectGrown(before: PoolStats, after: PoolStats): void {
  for (const name of GROWING) expect(after[name], name).to.be.at.least(before[name]);
  for (const name of ['waitMs', 'jobMs'] as const) {
    const [old, now]: readonly Buckets[] = [before[name], after[name]];
    if (old === undefined || now === undefined) throw new Error(`no ${name}`);
    now.counts.forEach((count, at) => expect(count).to.be.at.least(old.counts[at] as number));
    expect(now.counts.reduce((sum, count) => sum + count, 0)).to.equal(now.count);
    expect(now.counts).to.have.length(now.bounds.length + 1);
    expect(now.sum).to.be.at.least(old.sum);
  }
  expect(after.workedMs).to.be.at.most(after.busyMs + 1);
}

describe('the figures of a pool', function () {
  this.timeout(60_000);

  for (const [kind, make] of Object.entries(POOLS))
    it(`count its items, jobs and calls, and nothing of another pool (${kind})`, async () => {
      const [pool, other] = [await make(), await make()];
      const empty = pool.stats();
      expect(empty).to.deep.include({ name: kind.split(' ')[0], kind: kind.split(' ')[0], size: pool.size });
      expect(empty).to.deep.include({ waiting: 0, running: 0, items: 0, failed: 0, jobs: 0, rejected: 0, busyMs: 0 });

      await parallel(t.act, [1, 'throw', 3, 4, 'throw', 6], { pool, chunkSize: 2, onError: 'skip' });
      const run = pool.stats();
      expect(run).to.deep.include({ items: 6, failed: 2, jobs: 3, waiting: 0, running: 0 });
      expectGrown(empty, run);

      await using act = pooled(t.act, { pool });
      await Promise.all([act(1), act(2), errorOf(act('throw')), act(4)]);
      const count$ = pooled$(t.countTo, { pool });
      expect(await lastValueFrom(merge(count$(3), count$(2)).pipe(toArray()))).to.have.length(5);
      await until(() => pool.stats().running === 0);
      const called = pool.stats();
      expect(called).to.deep.include({ items: 12, failed: 3, jobs: 9, waiting: 0 });
      expect([called.waitMs.count, called.jobMs.count]).to.deep.equal([9, 9]);
      expectGrown(run, called);

      // A worker may still load a task for calls that another one has served.
      await until(() => pool.stats().workers.busy === 0);
      await using narrow = pooled(t.waitFor, { pool, maxQueue: 1 });
      expect(await narrow(1)).to.equal(1);
      await until(() => pool.stats().running === 0);
      const naps = Array.from({ length: pool.size + 1 }, () => narrow(80));
      const refused = await Promise.all([errorOf(narrow(1)), errorOf(narrow(1))]);
      expect(refused).to.have.length(2);
      await using wide = pooled(t.waitFor, { pool });
      naps.push(wide(1), wide(1), wide(1));
      const { waiting, running } = pool.stats();
      expect(waiting + running).to.equal(pool.size + 4);
      await until(() => pool.stats().running === pool.size);
      const full = pool.stats();
      expect(full).to.deep.include({ rejected: 2, running: pool.size });
      expect(full.workers.busy).to.equal(pool.size);
      await until(() => pool.stats().busyMs > full.busyMs);
      await Promise.all(naps);
      await until(() => pool.stats().running === 0);
      expectGrown(full, pool.stats());
      expect(pool.stats().jobMs.sum).to.be.at.least(pool.size * 70);

      expect(other.stats()).to.deep.include({ items: 0, jobs: 0, rejected: 0 });
      await Promise.all([pool.close(), other.close()]);
      const closed = pool.stats();
      expect(closed).to.deep.include({ waiting: 0, running: 0, rejected: 2, items: full.items + pool.size + 4 });
      expect(closed.busyMs).to.equal(pool.stats().busyMs);
    });

  for (const [kind, Pool] of Object.entries({ thread: ThreadPool, process: ProcessPool })) {
    const open = (config: WorkerPoolConfig): ThreadPool | ProcessPool =>
      new Pool({ workers: 1, execArgv: fast, graceMs: 30, ...config });

    it(`count the workers, and how they ended (${kind})`, async () => {
      const pool = open({ name: 'photos', maxTasksPerWorker: 3 });
      expect(pool.stats()).to.deep.include({ name: 'photos', workers: { alive: 0, booting: 0, busy: 0 }, started: 0 });
      const first = parallel(t.waitFor, [50], { pool });
      await until(() => pool.stats().workers.booting === 1);
      expect(pool.stats().workers).to.deep.equal({ alive: 1, booting: 1, busy: 1 });
      await first;
      await until(() => pool.stats().workers.busy === 0);
      expect(pool.stats()).to.deep.include({ started: 1, workers: { alive: 1, booting: 0, busy: 0 } });

      await using act = pooled(t.act, { pool, crashRetries: 0 });
      await errorOf(act('exit'));
      await errorOf(parallel(t.act, ['loop'], { pool, timeout: 50 }));
      await until(() => pool.stats().stopped === 1);
      expect(pool.stats()).to.deep.include({ crashed: 1, stopped: 1, retired: 0 });
      await Promise.all([act(1), act(2), act(3), act(4)]);
      await until(() => pool.stats().retired === 1);
      await pool.close();
      const { started, crashed, stopped, retired, workers } = pool.stats();
      expect([crashed, stopped, retired]).to.deep.equal([1, 1, 1]);
      expect(started).to.be.within(4, 6);
      expect(workers).to.deep.equal({ alive: 0, booting: 0, busy: 0 });
    });

    it(`tell the time in which tasks ran from that in which workers had jobs (${kind})`, async () => {
      const pools = [open({}), open({})];
      for (const pool of pools) {
        const slow = (ms: number): number => {
          const until = performance.now() + ms;
          while (performance.now() < until);
          return ms;
        };
        await parallel(slow, [30, 30], { pool });
        const batch = pool.stats();
        expect(batch.workedMs).to.be.within(59, batch.busyMs);
        await using call = pooled(slow, { pool });
        for (let n = 0; n < 3; n += 1) await call(20);
        await until(() => pool.stats().running === 0);
        const { workedMs, busyMs } = pool.stats();
        expect(workedMs - batch.workedMs).to.be.within(59, busyMs - batch.busyMs);
      }
      await Promise.all(pools.map((pool) => pool.close()));
    });
  }

  it(
    'are those of virtual time, on a pool of it',
    marbles(({ flush }) => {
      const pools = [new VirtualPool({ workers: 1, duration: 4 }), new VirtualPool({ workers: 2, duration: 4 })];
      for (const pool of pools) {
        for (const letter of 'ab')
          of(letter)
            .pipe(parallelMap((one: string) => one, { pool }))
            .subscribe();
      }
      flush();
      const [one, two] = pools.map((pool) => pool.stats());
      expect(one).to.deep.include({ kind: 'virtual', items: 2, jobs: 2, busyMs: 8, waiting: 0, running: 0 });
      expect([one?.waitMs.sum, one?.jobMs.sum, two?.waitMs.sum, two?.busyMs]).to.deep.equal([4, 8, 0, 8]);
    }),
  );
});
