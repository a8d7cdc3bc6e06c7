import { QueuePool, serveTasks } from '../../src/bullmq.ts';
import { LocalPool } from '../../src/pools/local/LocalPool.ts';
import { describeOnRedis, RedisServer } from '../support/queue/redisServer.ts';
import { priorityTasksUrl, testPriority } from '../support/queue/testPriority.ts';

const modules = { machineTasks: priorityTasksUrl };

describeOnRedis('the priority of a run on BullMQ and Redis', () => {
  const server = new RedisServer();
  let version = 0;
  let opened: { close(): Promise<void> }[] = [];
  before(() => server.start());
  after(() => server.remove());

  const both = (): { connection: { path: string }; modules: typeof modules; version: string } => ({
    connection: server.connection,
    modules,
    version: String(version),
  });
  beforeEach(async () => {
    version += 1;
    opened = [await serveTasks({ ...both(), ahead: 0, pool: new LocalPool({ workers: 1 }) })];
  });
  afterEach(() => Promise.all(opened.map((one) => one.close())));

  testPriority(async (priority) => {
    const pool = await QueuePool.connect({ ...both(), ...(priority === undefined ? {} : { priority }) });
    opened.push(pool);
    return pool;
  });
});
