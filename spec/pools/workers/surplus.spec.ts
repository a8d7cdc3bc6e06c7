import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { asyncScheduler, defer, lastValueFrom, merge, NEVER, of, ReplaySubject } from 'rxjs';
import { parallel } from '../../../src/index.ts';
import type { Job } from '../../../src/pools/pool.ts';
import { SlotPool } from '../../../src/pools/workers/SlotPool.ts';
import { nodeWorkers } from '../../../src/pools/workers/node/nodeWorkers.ts';
import { resolveSettings } from '../../../src/pools/workers/config/resolveSettings.ts';
import { toTask } from '../../../src/tasks/toTask.ts';
import { OPEN_GATE$ } from '../../../src/util/rx/startGate.ts';
import { until } from '../../support/until.ts';
import { onWorkerStart } from '../../support/workersStarted.ts';

const double = (n: number): number => 2 * n;
const MANY = availableParallelism() + 2;

/** Runs one item on each of so many workers. */
const runOn = async (pool: 'thread' | 'process', workers: number): Promise<void> => {
  const items = Array.from({ length: workers }, (_, n) => n);
  const results = await parallel(double, items, { pool, workers, chunkSize: 1, ordered: true });
  expect(results).to.deep.equal(items.map(double));
};

for (const kind of ['thread', 'process'] as const)
  describe(`workers of a shared pool that are more than its cores (${kind})`, function () {
    this.timeout(60_000);
    let workers = { started: 0, ended: 0 };
    let stop = (): void => undefined;
    beforeEach(() => {
      const those = { started: 0, ended: 0 };
      workers = those;
      stop = onWorkerStart((worker) => {
        those.started += 1;
        worker.on('exit', () => (those.ended += 1));
      });
    });
    afterEach(() => {
      stop();
    });

    it('are there for the runs that come after, of any number of workers', async () => {
      await runOn(kind, MANY);
      workers.started = 0;
      for (const count of [MANY, 1, MANY, 2, MANY - 1, MANY]) await runOn(kind, count);
      expect(workers.started).to.equal(0);
    });

    it('are there also where a run that was cancelled had fewer meanwhile', async () => {
      await runOn(kind, MANY);
      workers.started = 0;
      const controller = new AbortController();
      const cancelled = parallel(double, NEVER, { pool: kind, workers: 1, signal: controller.signal });
      await runOn(kind, MANY);
      controller.abort(new Error('enough'));
      await cancelled.catch(() => undefined);
      await runOn(kind, MANY);
      expect(workers.started).to.equal(0);
    });

    it('end when they have idled, and others are started where they are needed again', async () => {
      const pool = new SlotPool(1, OPEN_GATE$, resolveSettings(nodeWorkers(kind), { idleMs: 1000, graceMs: 10_000 }));
      const job: Omit<Job<number>, 'gate$'> = {
        task: toTask(double),
        args: [],
        first: 0,
        items: [1],
        attempt: 1,
        timeout: undefined,
        transfer: undefined,
        flowing$: of(true),
        ended$: NEVER,
        scheduler: asyncScheduler,
      };
      const runOnEach = async (count: number): Promise<void> => {
        pool.resize(count);
        let ready = 0;
        const allReady$ = new ReplaySubject<void>(1);
        // None idles while another one boots.
        const gate$ = defer(() => {
          ready += 1;
          if (ready === count) allReady$.next();
          return allReady$;
        });
        await lastValueFrom(merge(...Array.from({ length: count }, () => pool.run$({ ...job, gate$ }))));
        pool.resize(1);
      };

      await runOnEach(4);
      expect(workers).to.deep.equal({ started: 4, ended: 0 });
      await until(() => workers.ended === 4);
      await runOnEach(3);
      expect(workers.started).to.equal(7);
      await pool.close();
      expect(workers).to.deep.equal({ started: 7, ended: 7 });
    });
  });
