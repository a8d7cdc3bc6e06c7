import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { lastValueFrom, range, tap, toArray } from 'rxjs';
import type { QueuePool } from '../../src/bullmq.ts';
import { parallelMap } from '../../src/operators/parallelMap.ts';
import { TaskLoadError } from '../../src/tasks/errors/errors.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { describeOnRedis } from '../support/queue/redisServer.ts';
import { faultTasksUrl, LEASE_MS, World } from '../support/queue/World.ts';
import { scratch } from '../support/scratch.ts';
import { errorOf } from '../support/settle.ts';
import { until } from '../support/until.ts';
import { cellsOf } from './specifyFaults.ts';

const t = tasks<typeof import('../support/queue/faultTasks.mjs')>(faultTasksUrl);
const ITEMS = 30;
const ITEM_MS = 20;
const WORKERS_TIMEOUT_MS = 1500;

interface Outage {
  readonly name: string;
  readonly begin: (world: World) => Promise<void>;
  readonly end: (world: World) => Promise<void>;
}

const OUTAGES: readonly Outage[] = [
  {
    name: 'full',
    begin: async ({ operator: { redis } }) => {
      await redis.config('SET', 'maxmemory', '1mb');
    },
    end: async ({ operator: { redis } }) => {
      await redis.config('SET', 'maxmemory', '0');
    },
  },
  {
    name: 'away',
    begin: async ({ server }) => {
      await server.stop();
    },
    end: ({ server }) => server.start(),
  },
  {
    name: 'frozen',
    begin: ({ server }) => {
      server.signal('SIGSTOP');
      return Promise.resolve();
    },
    end: ({ server }) => {
      server.signal('SIGCONT');
      return Promise.resolve();
    },
  },
];

OUTAGES.forEach(({ name, begin, end }, at) => {
  describeOnRedis(`while Redis is ${name}`, function () {
    this.timeout(60_000);
    const log = scratch();
    let world: World;
    beforeEach(async () => {
      world = new World();
      await world.server.start();
      await world.machine();
    });
    afterEach(async () => {
      await end(world).catch(() => undefined);
      await world.close();
    });

    for (const { ordered, chunkSize } of cellsOf(at)) {
      const title = `ordered ${String(ordered)}, chunkSize ${String(chunkSize)}`;
      const run = (
        pool: QueuePool,
        args: readonly [file: string, ms: number] = [log.file, ITEM_MS],
        onResult = (): void => undefined,
      ): Promise<readonly (readonly [index: number, result: unknown])[]> =>
        lastValueFrom(
          range(0, ITEMS).pipe(
            parallelMap(t.slowDouble, { pool, ordered, chunkSize, onError: 'return', args }),
            tap(onResult),
            toArray(),
          ),
        );
      const all = Array.from({ length: ITEMS }, (_, n) => [n, 2 * n]);

      it(`runs wait for workersTimeout, then end with a TaskLoadError, whatever onError says: ${title}`, async () => {
        const pool = await world.pool({ workersTimeout: WORKERS_TIMEOUT_MS, connectTimeout: 500 });
        let settled = 0;
        const before = run(pool, [log.file, 100], () => (settled += 1));
        await until(() => settled > 0);
        const beganAtMs = performance.now();
        await begin(world);
        for (const error of await Promise.all([errorOf(before), errorOf(run(pool))]))
          expect(error).to.be.instanceOf(TaskLoadError);
        expect(performance.now() - beganAtMs).to.be.at.least(WORKERS_TIMEOUT_MS);
        await end(world);
        const results = await run(pool);
        expect(results.toSorted(([a], [b]) => a - b)).to.deep.equal(all);
      });

      it(`runs that begin wait, and go on afterwards: ${title}`, async () => {
        const pools = await Promise.all([world.pool(), world.pool()]);
        await begin(world);
        const runs = pools.map((pool) => run(pool));
        await sleep(LEASE_MS / 2);
        await end(world);
        for (const results of await Promise.all(runs)) expect(results.toSorted(([a], [b]) => a - b)).to.deep.equal(all);
      });
    }
  });
});
