import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { lastValueFrom, range, toArray } from 'rxjs';
import type { QueuePool } from '../../src/bullmq.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { WorkerCrashError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { FirstDeliveries } from '../support/queue/FirstDeliveries.ts';
import { describeOnRedis, RedisServer } from '../support/queue/redisServer.ts';
import { faultTasksUrl, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { cellsOf, type Cell } from './specifyFaults.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
const ITEMS = 60;
const ITEM_MS = 100;
const GENERATORS = 12;
const STEP_MS = 50;

/** Makes chunks that machines have taken chunks that no machine has taken. Returns the number of these chunks. */
type Repeat = (world: World, taken: FirstDeliveries) => Promise<number>;

const WAYS: readonly (readonly [name: string, repeat: Repeat])[] = [
  [
    'the queue has forgotten that it handed them over',
    async (_world, taken) => {
      let count = 0;
      // They may have ended before they are put back.
      for (; count === 0; count = await taken.putBack()) await taken.holdSome(() => undefined);
      return count;
    },
  ],
  [
    'Redis has lost its last second, at a loss of power',
    async ({ server, operator }, taken) => {
      const begun = await taken.holdSome(() => {
        cpSync(join(server.folder, 'appendonlydir'), join(server.folder, 'earlier'), { recursive: true, force: true });
      });
      await server.stop();
      rmSync(join(server.folder, 'appendonlydir'), { recursive: true });
      cpSync(join(server.folder, 'earlier'), join(server.folder, 'appendonlydir'), { recursive: true });
      await server.start();
      await taken.resume();
      // Counted in a copy: in the server itself, the program may have withdrawn them by now.
      return await withCopy(join(server.folder, 'earlier'), (redis) =>
        new FirstDeliveries({ redis, queue: operator.queue }).countWaiting(begun),
      );
    },
  ],
];

/** Calls a function with a client of a server that has read a folder of another one. */
async function withCopy<T>(folder: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const copy = new RedisServer(['--appendonly', 'yes']);
  cpSync(folder, join(copy.folder, 'appendonlydir'), { recursive: true });
  await copy.start();
  const redis = new Redis(copy.connection);
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
    await copy.remove();
  }
}

WAYS.forEach(([name, repeat], at) => {
  describeOnRedis(`chunks are delivered twice, both times as the first, since ${name}`, function () {
    this.timeout(90_000);
    const log = scratch();
    let world: World;
    beforeEach(async () => {
      world = new World(['--appendonly', 'yes', '--appendfsync', 'always']);
      await world.server.start();
      await Promise.all([world.machine(), world.machine()]);
    });
    afterEach(() => world.close());

    const runBoth = (
      pools: readonly [QueuePool, QueuePool],
      { ordered, chunkSize }: Cell,
    ): Promise<readonly [readonly (readonly [number, unknown])[], readonly (readonly [number, unknown])[]]> => {
      const [plain, generating] = pools;
      const options = { ordered, chunkSize, onError: 'return', crashRetries: 3 } as const;
      return Promise.all([
        lastValueFrom(
          range(0, ITEMS).pipe(
            parallelMap(t.slowDouble, { ...options, pool: plain, args: [log.file, ITEM_MS] }),
            toArray(),
          ),
        ),
        lastValueFrom(
          range(0, GENERATORS).pipe(
            parallelMap(t.slowCount, { ...options, chunkSize: 1, pool: generating, args: [log.file, STEP_MS] }),
            toArray(),
          ),
        ),
      ]);
    };

    for (const cell of cellsOf(at + 2)) {
      const title = `ordered ${String(cell.ordered)}, chunkSize ${String(cell.chunkSize)}`;

      it(`each item settles once, and no value of a generator comes twice: ${title}`, async () => {
        const pools = await Promise.all([world.pool({ chunkMs: 200 }), world.pool()]);
        const taken = new FirstDeliveries(world.operator);
        const runs = runBoth(pools, cell);
        expect(await repeat(world, taken)).to.be.above(0);

        const [doubled, counted] = await runs;
        const inOrder = cell.ordered ? doubled : doubled.toSorted(([a], [b]) => a - b);
        expect(inOrder).to.deep.equal(Array.from({ length: ITEMS }, (_, n) => [n, 2 * n]));
        if (cell.ordered)
          expect(counted.map(([n]) => n)).to.deep.equal(counted.map(([n]) => n).toSorted((a, b) => a - b));
        for (let n = 0; n < GENERATORS; n += 1) {
          const values = counted.filter(([index]) => index === n).map(([, value]) => value);
          const hasFailed = values.at(-1) instanceof WorkerCrashError;
          const steps = hasFailed ? values.slice(0, -1) : values;
          expect(steps).to.deep.equal(Array.from({ length: hasFailed ? steps.length : 3 }, (_, step) => [n, step]));
        }
      });
    }
  });
});
