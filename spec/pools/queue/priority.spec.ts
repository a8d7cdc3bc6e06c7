import { QueuePool, serveTasks } from '../../../src/bullmq.ts';
import { LocalPool } from '../../../src/pools/local/LocalPool.ts';
import { MemoryEngine } from '../../../src/testing.ts';
import { priorityTasksUrl, testPriority } from '../../support/queue/testPriority.ts';

const modules = { machineTasks: priorityTasksUrl };

describe('the priority of a run on a QueuePool', () => {
  let engine: MemoryEngine;
  let opened: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    engine = new MemoryEngine();
    opened = [await serveTasks({ engine, modules, ahead: 0, pool: new LocalPool({ workers: 1 }) })];
  });
  afterEach(() => Promise.all(opened.map((one) => one.close())));

  testPriority(async (priority) => {
    const pool = await QueuePool.connect({ engine, modules, ...(priority === undefined ? {} : { priority }) });
    opened.push(pool);
    return pool;
  });
});
