import { expect } from 'chai';
import { getEventListeners } from 'node:events';
import { pooled, ProcessPool, tasks, ThreadPool } from '../../../../src/index.ts';
import { until } from '../../../support/until.ts';

const t = tasks<typeof import('../../../support/tasks.ts')>(new URL('../../../support/tasks.ts', import.meta.url));
const fast = ['--enable-source-maps', '--import', new URL('../../../support/register.js', import.meta.url).href];

describe('a thousand clients that disconnect', function () {
  this.timeout(60_000);

  for (const [kind, Pool] of Object.entries({ threads: ThreadPool, processes: ProcessPool }))
    it(`restart no worker of two pools of ${kind}, with graceMs: Infinity`, async () => {
      const pools = [1, 2].map((workers) => new Pool({ workers, execArgv: fast, idleMs: Infinity, graceMs: 0 }));
      for (const pool of pools) {
        await using nap = pooled(t.waitFor, { pool, graceMs: Infinity, timeout: 30_000 });
        await nap.ready();
        const { started } = pool.stats();
        const signals: AbortSignal[] = [];
        let gone = 0;
        const client = async (n: number): Promise<void> => {
          const controller = new AbortController();
          signals.push(controller.signal);
          let isOver = false;
          const answer = nap(2, { signal: controller.signal })
            .catch(() => (gone += 1))
            .finally(() => (isOver = true));
          // Some leave the queue, and some leave while their call runs.
          if (n % 2 === 0) await until(() => nap.running > 0 || isOver);
          controller.abort();
          await answer;
        };
        for (let n = 0; n < 500; n += 4) await Promise.all([0, 1, 2, 3].map((at) => client(n + at)));
        expect(gone).to.be.above(250);
        expect(await nap(1)).to.equal(1);
        const stats = pool.stats();
        expect([stats.started, stats.crashed, stats.stopped]).to.deep.equal([started, 0, 0]);
        for (const signal of signals) expect(getEventListeners(signal, 'abort')).to.have.length(0);
      }
      await Promise.all(pools.map((pool) => pool.close()));
    });
});
