import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { Queue } from 'bullmq';
import { QueuePool, serveTasks } from '../../src/bullmq.ts';
import { parallel } from '../../src/operators/parallel.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { queueNamesOf } from '../../src/pools/queue/node/protocol/names.ts';
import { TaskLoadError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { describeOnRedis, RedisServer } from '../support/queue/redisServer.ts';
import { faultTasksUrl, LEASE_MS, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { errorOf } from '../support/settle.ts';
import { until } from '../support/until.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
const modules = { faultTasks: faultTasksUrl };
const PROGRAM = fileURLToPath(new URL('../support/queue/program.mjs', import.meta.url));

describeOnRedis('a program and its machines', function () {
  this.timeout(60_000);
  const log = scratch();
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.server.start();
  });
  afterEach(() => world.close());

  it('are told within connectTimeout that there is no server', async () => {
    const connection = { path: join(world.server.folder, 'nothing') };
    const both = { connection, modules, connectTimeout: 300 };
    const opened = [QueuePool.connect(both), serveTasks({ ...both, pool: new LocalPool() })];
    for (const error of await Promise.all(opened.map(errorOf)))
      expect(error).to.be.instanceOf(TaskLoadError).with.property('message').that.includes('300 ms');
  });

  it('are told at once that a password is wrong', async () => {
    const server = new RedisServer(['--requirepass', 'right']);
    await server.start();
    try {
      const both = { connection: { ...server.connection, password: 'wrong' }, modules };
      const opened = [QueuePool.connect(both), serveTasks({ ...both, pool: new LocalPool() })];
      for (const error of await Promise.all(opened.map(errorOf))) expect(error).to.be.instanceOf(TaskLoadError);
      const right = await QueuePool.connect({ connection: { ...server.connection, password: 'right' }, modules });
      await right.close();
    } finally {
      await server.remove();
    }
  });

  it('drop what is not signed with their secret, and go on', async () => {
    const secret = 'a secret';
    await world.machine({ secret });
    const pool = await world.pool({ secret });
    const { redis } = world.operator;
    const forged = new Queue(queueNamesOf('default', '0', secret).queue, { connection: redis });
    await redis.set(forged.toKey('items:forged-c1'), 'forged bytes');
    await forged.add('task', {}, { jobId: 'forged-c1' });
    const streams = await redis.keys('rp:default:p:*');
    for (const key of streams) await redis.xadd(key, '*', 'm', 'forged bytes');
    const results = await parallel(t.slowDouble, [1, 2, 3], { pool, args: [log.file, 1] });
    expect(streams).to.have.length(1);
    expect(results).to.deep.equal([2, 4, 6]);
  });

  it('end their tasks when the program is killed, and leave nothing that does not expire', async () => {
    await world.machine();
    const { connection } = world.server;
    const program = fork(PROGRAM, [JSON.stringify({ connection, leaseMs: LEASE_MS, file: log.file })], {
      execArgv: [],
      silent: true,
    });
    const count = (line: string): number => log.lines().filter((each) => each === line).length;
    // The machine runs two. One that had not begun would never begin, nor stop.
    await until(() => count('begun') === 2);
    program.kill('SIGKILL');
    await once(program, 'exit');
    const { redis } = world.operator;
    // As if its time were over.
    for (const key of await redis.keys('rp:default:p:*')) await redis.pexpire(key, 1);
    await until(() => count('stopped') === 2);
    expect(await world.findLeft()).to.deep.equal([]);
  });
});
