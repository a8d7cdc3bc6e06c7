import { describeOnRedis, RedisServer } from '../support/queue/redisServer.ts';
import { machineTraits, queuePool } from '../support/queue/queuePool.ts';
import { testPool } from '../support/testPool.ts';

describeOnRedis('QueuePool on BullMQ and Redis', () => {
  const server = new RedisServer();
  let version = 0;
  before(() => server.start());
  after(() => server.remove());

  testPool(() => {
    version += 1;
    const own = { version: String(version) };
    return queuePool(server, { pool: own, machine: own });
  }, machineTraits);
});
