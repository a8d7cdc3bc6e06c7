import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { serveTasks, type QueuePool, type MachineServer } from '../../src/bullmq.ts';
import { parallel } from '../../src/operators/parallel.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { Board } from '../support/queue/board.ts';
import type * as live from '../support/queue/machineTasks.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const url = new URL('../support/queue/machineTasks.ts', import.meta.url);
const modules = { machineTasks: url };
const t = tasks<typeof live>(url);

describeOnRedis('a queue in bull-board', function () {
  this.timeout(60_000);
  const log = scratch();
  let world: World;
  let board: Board;
  let pool: QueuePool;
  let server: MachineServer | undefined;

  const serve = async (): Promise<void> => {
    const { connection } = world.server;
    server = await serveTasks({ connection, modules, pool: new LocalPool({ workers: 2 }) });
  };
  /** The names and ranges of jobs, in the order of their first items. */
  const jobsIn = async (status: string): Promise<readonly (readonly [name: string, data: unknown])[]> => {
    const { jobs } = await board.show(status);
    return jobs
      .map(({ name, data }) => [name, data] as const)
      .sort(([, a], [, b]) => (a as { first: number }).first - (b as { first: number }).first);
  };

  beforeEach(async () => {
    world = new World();
    await world.server.start();
    board = new Board(world.operator.queue);
    pool = await world.pool({ modules, leaseMs: 15_000 });
  });
  afterEach(async () => {
    await server?.close();
    await world.close();
  });

  it('has jobs that are named by their task and show their indices, while they wait, run and have ended', async () => {
    const items = [log.file, log.file, log.file];
    const run = parallel(t.untilFile, items, { pool, chunkSize: 1 });
    const first = ['task machineTasks.untilFile', { first: 0, last: 0 }] as const;
    while ((await jobsIn('prioritized')).length === 0);
    expect(await jobsIn('prioritized')).to.deep.equal([first]);

    await serve();
    while ((await jobsIn('active')).length < 3);
    expect(await jobsIn('active')).to.deep.equal(
      [0, 1, 2].map((at) => ['task machineTasks.untilFile', { first: at, last: at }]),
    );
    expect((await board.show('active')).hasWorkers).to.equal(true);

    writeFileSync(log.file, '');
    await run;
    await parallel(t.double, [1, 2, 3, 4], { pool, chunkSize: 4 });
    while ((await jobsIn('completed')).length < 4);
    expect(await jobsIn('completed')).to.have.deep.members([
      ...[0, 1, 2].map((at) => ['task machineTasks.untilFile', { first: at, last: at }]),
      ['task machineTasks.double', { first: 0, last: 3 }],
    ]);
  });

  it('keeps finished jobs for an hour, without the items, the results and the errors of their chunks', async () => {
    await serve();
    await parallel(t.same, ['an item with a secret'], { pool });
    await parallel(t.throwFar, [7_654_321], { pool, onError: 'return' });
    while ((await jobsIn('completed')).length < 2);
    const { jobs } = await board.show('completed');
    for (const { opts, returnValue, failedReason } of jobs) {
      expect(opts).to.include({ attempts: 1 }).and.have.property('removeOnComplete').that.includes({ age: 3600 });
      expect([returnValue, failedReason]).to.deep.equal([null, undefined]);
    }
    const { redis } = world.operator;
    const kept = await Promise.all((await redis.keys('*')).map((key) => redis.dump(key)));
    const bytes = kept.join('\n');
    expect(JSON.stringify(jobs) + bytes).not.to.match(/with a secret|7654321/);
    expect(await redis.keys('*items*')).to.deep.equal([]);
  });

  it('keeps no more than the last 1,000 finished jobs', async () => {
    await serve();
    await parallel(
      t.double,
      Array.from({ length: 1010 }, (_, n) => n),
      { pool, chunkSize: 1 },
    );
    while ((await world.operator.queue.getActiveCount()) > 0);
    const { counts } = await board.show('completed');
    expect(counts.completed).to.be.within(990, 1000);
    const shown = await jobsIn('completed');
    expect(shown.at(-1)?.[1]).to.deep.equal({ first: 1009, last: 1009 });
  });

  it('runs nothing again when somebody retries finished jobs there, or adds one', async () => {
    await serve();
    const noted = parallel(t.noteRun, [1, 2], { pool, chunkSize: 1, args: [log.file] });
    await noted;
    while ((await jobsIn('completed')).length < 2);
    const { jobs } = await board.show('completed');
    for (const { id } of jobs) await board.retry(String(id));
    await board.add('task machineTasks.noteRun', { first: 0, last: 0 });

    while ((await board.show('completed')).counts.completed !== 3);
    expect(await parallel(t.double, [4], { pool })).to.deep.equal([8]);
    expect(log.lines()).to.have.length(2);
    await until(() => server?.running === 0);
  });
});
