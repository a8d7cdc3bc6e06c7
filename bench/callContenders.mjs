import Piscina from 'piscina';
import Tinypool from 'tinypool';
import { parallel, pooled, ProcessPool, tasks, ThreadPool } from '../dist/index.js';

const file = new URL('./workers/calls.mjs', import.meta.url);
const ownFile = new URL('./workers/ownCalls.mjs', import.meta.url);

/** Calls `run` with a signal that aborts after a time, as servers do where a pool has no timeout. */
const within = async (ms, controller, run) => {
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
  }
};

/** A pool of two workers, and how a task is called on it: `call(task, item, controller)`, and with a signal and a timeout. */
export const contenders = {
  threads: () => own(new ThreadPool({ workers: 2, idleMs: Infinity, graceMs: 20 })),
  processes: () => own(new ProcessPool({ workers: 2, idleMs: Infinity, graceMs: 20 })),
  piscina: () => {
    const pool = new Piscina({ filename: file.href, minThreads: 2, maxThreads: 2 });
    return {
      plain: (name, item) => pool.run(item, { name }),
      signal: (name, item, controller) => within(1000, controller, (signal) => pool.run(item, { name, signal })),
      close: () => pool.destroy(),
    };
  },
  'tinypool processes': () => {
    const pool = new Tinypool({
      filename: file.href,
      runtime: 'child_process',
      minThreads: 2,
      maxThreads: 2,
      isolateWorkers: false,
    });
    return {
      plain: (name, item) => pool.run(item, { name }),
      signal: (name, item, controller) => within(1000, controller, (signal) => pool.run(item, { name, signal })),
      close: () => pool.destroy(),
    };
  },
  'parallel of one item on processes': () => {
    const pool = new ProcessPool({ workers: 2, idleMs: Infinity });
    const t = tasks(ownFile);
    const plain = async (name, item) => (await parallel(t[name], [item], { pool }))[0];
    return {
      plain,
      signal: async (name, item, { signal }) => (await parallel(t[name], [item], { pool, signal, timeout: 1000 }))[0],
      close: () => pool.close(),
    };
  },
};

function own(pool) {
  const t = tasks(ownFile);
  const functions = Object.fromEntries(['empty', 'nap', 'spin'].map((name) => [name, pooled(t[name], { pool })]));
  return {
    pool,
    plain: (name, item) => functions[name](item),
    signal: (name, item, { signal }) => functions[name](item, { signal, timeout: 1000 }),
    close: () => pool.close(),
  };
}
