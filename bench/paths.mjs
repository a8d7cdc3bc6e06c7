import { Readable } from 'node:stream';
import { from } from 'rxjs';
import pMap from 'p-map';
import { parallel, parallelAsync, tasks, ThreadPool } from '../dist/index.js';
import { alternate, timed } from './alternate.mjs';

const t = tasks(new URL('./tasks.mjs', import.meta.url));
const { tenthFailsOnce } = tasks(new URL('./retryTasks.mjs', import.meta.url));
const numbers = (length) => Array.from({ length }, (_, n) => n);
const stream = (length) => {
  let n = 0;
  return new Readable({
    objectMode: true,
    read() {
      this.push(n < length ? n++ : null);
    },
  });
};
async function* generated(length) {
  for (let n = 0; n < length; n += 1) yield n;
}

/** Microseconds an item of runs with keys, with retries, and of other sources than an array. */
export async function paths({ rounds, workers }) {
  const pool = new ThreadPool({ workers, idleMs: Infinity });
  const run = (task, items, length, options) => async () =>
    ((await timed(() => parallel(task, items(length), { pool, ...options }))) / length) * 1000;
  const keys = (count) => ({ partitionBy: (n) => n % count });
  await parallel(t.us0, numbers(1000), { pool });
  const measured = await alternate(rounds, {
    'partitionBy, empty items, 10 keys': run(t.us0, numbers, 20_000, keys(10)),
    'partitionBy, empty items, 10,000 keys': run(t.us0, numbers, 20_000, keys(10_000)),
    'partitionBy, 1 ms, 10 keys': run(t.us1000, numbers, 500, keys(10)),
    'the same without keys': run(t.us1000, numbers, 500),
    'one of 10 fails once, retry: 1': run(tenthFailsOnce, numbers, 5000, { retry: 1 }),
    'async generator, empty items': run(t.us0, generated, 100_000),
    'the generator alone': async () => {
      const all = generated(100_000);
      return (
        (await timed(async () => {
          for await (const _ of all);
        })) / 100
      );
    },
    'stream of objects of Node, empty items': run(t.us0, stream, 100_000),
    'the stream alone': async () => {
      const all = stream(100_000);
      return (
        (await timed(async () => {
          for await (const _ of all);
        })) / 100
      );
    },
    'Observable, empty items': run(t.us0, (length) => from(numbers(length)), 100_000),
  });
  await pool.close();
  return measured;
}

/** Microseconds of this process's CPU an item, of an empty async function with 16 calls at once. */
export async function asynchronous({ rounds }) {
  const items = numbers(20_000);
  const fn = async (n) => n;
  const cpuOf = (work) => async () => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / items.length;
  };
  return alternate(rounds, {
    'p-map': cpuOf(() => pMap(items, fn, { concurrency: 16 })),
    parallelAsync: cpuOf(() => parallelAsync(fn, items, { workers: 16 })),
  });
}
