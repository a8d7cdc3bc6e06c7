import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { QueuePool, serveTasks } from '../../src/bullmq.ts';
import { parallel } from '../../src/operators/parallel.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { World } from '../support/queue/World.ts';
import type * as live from '../support/queue/machineTasks.ts';
import { scratch } from '../support/scratch.ts';

const url = new URL('../support/queue/machineTasks.ts', import.meta.url);
const modules = { machineTasks: url };
const t = tasks<typeof live>(url);

/** What the scaler for Redis lists of KEDA runs. */
const LENGTH =
  "local length = { zset = 'zcard', list = 'llen', none = 'llen' }" +
  "return redis.call(length[redis.call('type', KEYS[1]).ok], KEYS[1])";

describeOnRedis('the keys by which an autoscaler sees the depth', () => {
  const log = scratch();
  const world = new World();
  before(() => world.server.start());
  after(() => world.close());

  it('have the chunks that wait, also without a machine, and the chunks that machines hold', async () => {
    const { redis } = world.operator;
    const depth = (): Promise<unknown[]> =>
      Promise.all(['prioritized', 'active'].map((state) => redis.eval(LENGTH, 1, `bull:rp-shop-v1-2:${state}`)));
    const both = { connection: world.server.connection, modules, namespace: 'shop', version: '2' };
    const pools = await Promise.all([QueuePool.connect(both), QueuePool.connect({ ...both, priority: 3 })]);
    expect(await depth()).to.deep.equal([0, 0]);
    const runs = pools.map((pool) => parallel(t.untilFile, [log.file, log.file, log.file], { pool, chunkSize: 1 }));
    while ((await depth())[0] !== 2);

    const server = await serveTasks({ ...both, ahead: 1, pool: new LocalPool({ workers: 2 }) });
    while ((await depth())[1] !== 3);
    writeFileSync(log.file, '');
    await Promise.all(runs);
    // A machine reports the results of a chunk before BullMQ ends its job.
    while ((await depth()).some((length) => length !== 0));
    await Promise.all([...pools, server].map((one) => one.close()));
  });
});
