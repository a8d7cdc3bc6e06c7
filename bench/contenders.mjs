import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Worker as JestWorker } from 'jest-worker';
import { Piscina } from 'piscina';
import { FixedThreadPool } from 'poolifier';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';
import { parallel, tasks, ThreadPool } from '../dist/index.js';
import * as local from './tasks.mjs';

/**
 * The contenders: each opens its pool, maps the items over it, and closes it.
 *
 * @typedef {{ map(task: string, items: readonly unknown[], transfer?: (item: unknown) => unknown[]): Promise<unknown[]>,
 *   close(): unknown }} Contender
 * @type {Record<string, (workers: number) => Contender>}
 */
export const contenders = {
  'plain loop': () => ({
    map: async (task, items) => items.map((item) => local[task](item)),
    close: () => undefined,
  }),

  'raw batches': rawBatches,

  'rxjs-parallel': (workers) => {
    // The others keep their workers for ever, and a round of them all takes longer than ours would idle.
    const pool = new ThreadPool({ workers, idleMs: Infinity });
    const all = tasks(new URL('./tasks.mjs', import.meta.url));
    return {
      map: (task, items, transfer) => parallel(all[task], items, { pool, ...(transfer && { transfer }) }),
      close: () => pool.close(),
    };
  },

  workerpool: (workers) => {
    const pool = workerpool.pool(pathOf('./workers/workerpool.mjs'), { workerType: 'thread', maxWorkers: workers });
    return {
      map: (task, items, transfer) =>
        Promise.all(items.map((item) => pool.exec(task, [item], transfer && { transfer: transfer(item) }))),
      close: () => pool.terminate(),
    };
  },

  piscina: ofPiscinas(Piscina),
  tinypool: ofPiscinas(Tinypool),

  poolifier: (workers) => {
    const pool = new FixedThreadPool(workers, pathOf('./workers/poolifier.mjs'));
    return {
      map: (task, items, transfer) =>
        Promise.all(items.map((item) => pool.execute(item, task, undefined, transfer && transfer(item)))),
      // Now and then it never resolves.
      close: () => Promise.race([pool.destroy(), sleep(2000)]),
    };
  },

  'jest-worker': (workers) => {
    const pool = new JestWorker(pathOf('./tasks.mjs'), { numWorkers: workers, enableWorkerThreads: true });
    return {
      map: (task, items) => Promise.all(items.map((item) => pool[task](item))),
      close: () => pool.end(),
    };
  },
};

/** Piscina, and what began as a copy of it. */
function ofPiscinas(Pool) {
  return (workers) => {
    const pool = new Pool({ filename: pathOf('./tasks.mjs'), minThreads: workers, maxThreads: workers });
    return {
      map: (name, items, transfer) =>
        Promise.all(items.map((item) => pool.run(item, { name, ...(transfer && { transferList: transfer(item) }) }))),
      close: () => pool.destroy(),
    };
  };
}

/** Code written by hand on worker_threads: enough messages to spread the work, values in arrays, and nothing else. */
function rawBatches(workers) {
  const threads = Array.from({ length: workers }, () => new Worker(new URL('./workers/raw.mjs', import.meta.url)));
  return {
    map: (task, items, transfer) => {
      const size = transfer ? 1 : Math.max(1, Math.ceil(items.length / 40));
      const results = new Array(items.length);
      let next = 0;
      let left = items.length;
      return new Promise((resolve) => {
        if (left === 0) resolve(results);
        for (const thread of threads) {
          const send = () => {
            if (next >= items.length) return;
            const batch = items.slice(next, next + size);
            thread.postMessage({ task, from: next, items: batch }, transfer ? batch.flatMap(transfer) : []);
            next += size;
          };
          thread.removeAllListeners('message');
          thread.on('message', ({ from, values }) => {
            for (let at = 0; at < values.length; at += 1) results[from + at] = values[at];
            left -= values.length;
            if (left === 0) resolve(results);
            else send();
          });
          send();
        }
      });
    },
    close: () => Promise.all(threads.map((thread) => thread.terminate())),
  };
}

function pathOf(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
