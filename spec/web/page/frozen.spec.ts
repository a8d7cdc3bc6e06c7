import { expect } from 'chai';
import { parallel, pooled, TaskTimeoutError, ThreadPool } from '../../../src/index.ts';
import { caught } from './caught.ts';
import { started, watched } from './scripts.ts';

/** Milliseconds for which the page is frozen: longer than any limit of these runs. */
const FROZEN_MS = 2500;
/** Milliseconds of a task, which are less without those. */
const TASK_MS = 3200;
/** Milliseconds of a limit: the task is late for it with those, and not without them. */
const LIMIT_MS = 2000;

/** Does what a browser does to a page that it freezes, and restores: it calls nothing meanwhile. */
function freeze(before: string, after: string): void {
  dispatchEvent(new Event(before));
  const until = performance.now() + FROZEN_MS;
  while (performance.now() < until);
  dispatchEvent(new Event(after));
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a page that was frozen and restored', () => {
  for (const [before, after] of [
    ['freeze', 'resume'],
    ['pagehide', 'pageshow'],
  ] as const) {
    it(`counts no time of that for a timeout, in two pools (${before})`, async () => {
      await using one = new ThreadPool({ workers: 1 });
      await using two = new ThreadPool({ workers: 1 });
      await using three = new ThreadPool({ workers: 1 });
      const pools = [one, two];
      await Promise.all([...pools, three].map((pool) => parallel(watched.double, [1], { pool })));
      for (let time = 0; time < 2; time += 1) {
        const runs = pools.map((pool) => parallel(watched.wait, [TASK_MS], { pool, timeout: LIMIT_MS }));
        await using call = pooled(watched.wait, { pool: three, timeout: LIMIT_MS });
        const called = call(TASK_MS);
        await later(300);
        freeze(before, after);
        expect(await Promise.all([...runs, called])).to.deep.equal([[TASK_MS], [TASK_MS], TASK_MS]);
      }
    });

    it(`kills no worker that had no time to stop (${before})`, async () => {
      await using one = new ThreadPool({ workers: 1, graceMs: LIMIT_MS });
      await using two = new ThreadPool({ workers: 1, graceMs: LIMIT_MS });
      const pools = [one, two];
      started.length = 0;
      await Promise.all(pools.map((pool) => parallel(watched.double, [1], { pool })));
      const aborts = pools.map(() => new AbortController());
      const runs = pools.map((pool, n) =>
        // It does not listen to its signal.
        caught(parallel(watched.doze, [TASK_MS], { pool, signal: (aborts[n] as AbortController).signal })),
      );
      await later(300);
      for (const controller of aborts) controller.abort();
      freeze(before, after);
      await Promise.all(runs);
      expect(await Promise.all(pools.map((pool) => parallel(watched.double, [2], { pool })))).to.deep.equal([[4], [4]]);
      expect(started).to.have.length(2);
    });

    it(`still counts the time before and after (${before})`, async () => {
      await using pool = new ThreadPool({ workers: 1, graceMs: 100 });
      const run = caught(parallel(watched.wait, [60_000], { pool, timeout: 600 }));
      await later(300);
      freeze(before, after);
      const restoredAtMs = performance.now();
      expect(await run).to.be.instanceOf(TaskTimeoutError);
      expect(performance.now() - restoredAtMs).to.be.below(5000);
    });
  }
});
