import { getEventListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { NEVER, startWith } from 'rxjs';
import { parallel, parallel$, ProcessPool, tasks, ThreadPool, type WorkerPoolConfig } from '../../../src/index.ts';
import type { WorkerClient } from '../../../src/pools/workers/WorkerClient.ts';
import { WorkerSlot } from '../../../src/pools/workers/WorkerSlot.ts';
import { nodeWorkers } from '../../../src/pools/workers/node/nodeWorkers.ts';
import { resolveSettings } from '../../../src/pools/workers/config/resolveSettings.ts';
import { pace } from '../../support/pace.ts';
import { scratch } from '../../support/scratch.ts';
import { errorOf } from '../../support/settle.ts';
import { until } from '../../support/until.ts';
import { onWorkerStart } from '../../support/workersStarted.ts';

const t = tasks<typeof import('../../support/tasks.ts')>(new URL('../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const kinds = { thread: ThreadPool, process: ProcessPool };

for (const kind of ['thread', 'process'] as const)
  describe(`a worker whose task is told to stop (${kind})`, function () {
    this.timeout(60_000);
    const log = scratch();
    const opened: (ThreadPool | ProcessPool)[] = [];
    /** The states of the workers, by their numbers. */
    const seen: string[] = [];
    const open = (config: WorkerPoolConfig = {}): ThreadPool | ProcessPool => {
      const pool = new kinds[kind]({ workers: 1, execArgv: fast, ...config });
      opened.push(pool);
      return pool;
    };
    const gone = async (worker: string): Promise<void> => {
      while (!seen.includes(`-${worker}`)) await sleep(1);
    };
    let stop = (): void => undefined;
    beforeEach(() => {
      let workers = 0;
      seen.length = 0;
      stop = onWorkerStart((worker) => {
        workers += 1;
        const name = String(workers);
        seen.push(`+${name}`);
        worker.once('exit', () => seen.push(`-${name}`));
      });
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((pool) => pool.close()));
      stop();
    });

    /** Runs a task until it has begun, and then cancels it. */
    const cancel = async (task: typeof t.loggedLoop, pool: ThreadPool | ProcessPool): Promise<void> => {
      const subscription = parallel$(task, [0], { pool, args: [log.file] }).subscribe();
      await log.has('start');
      subscription.unsubscribe();
    };

    it("24. leaves no timer, listener, port or child process beyond the open pool's own", async () => {
      const pool = open({ workers: 2 });
      const { signal } = new AbortController();
      const held = (): string[] => [
        ...process.getActiveResourcesInfo(),
        ...process
          .eventNames()
          .flatMap((name) => Array<string>(process.listenerCount(name)).fill(`listener of ${String(name)}`)),
        ...getEventListeners(signal, 'abort').map(() => 'listener of the signal'),
      ];
      /** All that is held and was not held before, when something of another spec may still have been. */
      const beyond = (before: readonly string[]): readonly string[] => {
        const rest = [...before];
        return held().filter((one) => {
          const at = rest.indexOf(one);
          if (at !== -1) rest.splice(at, 1);
          return at === -1;
        });
      };
      const items = Array.from({ length: 20 }, (_, n) => 60_000 + n);
      await parallel(t.double, items, { pool, chunkSize: 1 });
      const before = held();

      for (const task of [t.logged, t.loggedLoop]) {
        writeFileSync(log.file, '');
        const config = {
          pool,
          args: [log.file] as [string],
          timeout: 60_000,
          retry: 3,
          signal,
          progress: () => undefined,
        };
        const subscription = parallel$(task, NEVER.pipe(startWith(...items)), config).subscribe();
        await log.has('start');
        expect(beyond(before)).not.to.deep.equal([]);
        subscription.unsubscribe();
        expect(await parallel(t.double, items, { pool, chunkSize: 1 })).to.have.length(20);
        await until(() => beyond(before).length === 0);
      }
    });

    it('is ended after graceMs, when another that is needed has begun to boot', async () => {
      const pool = open();
      await cancel(t.loggedLoop, pool);
      expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
      expect(seen).to.deep.equal(['+1', '+2', '-1']);
    });

    it('is ended without another in its place, where nobody waits for one', async () => {
      const pool = open();
      await cancel(t.loggedLoop, pool);
      await gone('1');
      expect(seen).to.deep.equal(['+1', '-1']);
      expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
    });

    it('stays, should it stop at last, and the other one goes', async () => {
      const slot = new WorkerSlot(resolveSettings(nodeWorkers(kind), { execArgv: fast }));
      const worker = (await slot.ready()) as WorkerClient;
      slot.startNext();
      slot.keep(worker);
      await gone('2');
      expect(await slot.ready()).to.equal(worker);
      await slot.end();
      expect(seen).to.deep.equal(['+1', '+2', '-2', '-1']);
    });

    it('is replaced ahead of its end also where its item is late, and others wait', async () => {
      const pool = open();
      const all = await parallel(t.actNow, [1, 'loop', 3], {
        pool,
        chunkSize: 3,
        timeout: 200 * pace(),
        onError: 'return',
      });
      expect([all[0], all[2]]).to.deep.equal([1, 3]);
      expect(seen).to.deep.equal(['+1', '+2', '-1']);
    });

    it('may die of it', async () => {
      const pool = open();
      await cancel(t.dieWhenStopped as unknown as typeof t.loggedLoop, pool);
      expect(await parallel(t.double, [1], { pool })).to.deep.equal([2]);
      await gone('1');
    });

    it('may die of it while its pool closes', async () => {
      const pool = open();
      const run = errorOf(parallel(t.dieWhenStopped, [0], { pool, args: [log.file] }));
      await log.has('start');
      await pool.close();
      expect(await run).to.have.property('name', 'PoolClosedError');
      expect(seen).to.deep.equal(['+1', '-1']);
    });

    it('may be ended from outside while its pool closes', async () => {
      const pool = open({ graceMs: 5000 });
      let kill = (): void => undefined;
      const stop = onWorkerStart((_, end) => {
        kill = () => {
          end('SIGKILL');
        };
      });
      const run = errorOf(parallel(t.loggedLoop, [0], { pool, args: [log.file], crashRetries: 0 }));
      await log.has('start');
      stop();
      const closed = pool.close();
      kill();
      // A thread that is terminated says nothing, so that its item would run again, but for the closing.
      expect(await run).to.have.property('name', kind === 'thread' ? 'PoolClosedError' : 'WorkerCrashError');
      await closed;
      expect(seen).to.deep.equal(['+1', '-1']);
    });
  });
