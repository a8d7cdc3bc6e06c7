import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { PoolClosedError, pooled, ProcessPool, ThreadPool } from '../../../src/index.ts';
import { errorOf } from '../../support/settle.ts';

const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

describe('a pool of workers that is closed', function () {
  this.timeout(60_000);

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    for (const [what, config] of Object.entries({
      'calls wait for its first worker': { graceMs: 20 },
      'calls wait, and it gives nobody time': { graceMs: 0 },
      'each call has a worker of its own': { graceMs: 0, maxTasksPerWorker: 1 },
    }))
      it(`starts no worker afterwards, while ${what} (${kind})`, async () => {
        const pools = [1, 2].map((workers) => new Pool({ workers, execArgv: fast, ...config }));
        for (const pool of pools) {
          const functions = [0, 1].map((add) => pooled((n: number) => n + add, { pool }));
          const errors = [1, 2].flatMap((n) => functions.map((call) => errorOf(call(n))));
          const ready = pool.ready().catch(() => undefined);
          await pool.close();
          for (const error of await Promise.all(errors)) expect(error).to.be.instanceOf(PoolClosedError);
          await ready;
          const { started } = pool.stats();
          // A worker that came too late would be there by now.
          await sleep(50);
          expect(pool.stats()).to.deep.include({ started, workers: { alive: 0, booting: 0, busy: 0 } });
        }
      });
});
