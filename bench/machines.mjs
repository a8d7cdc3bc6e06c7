// Other machines, over a Redis of this program: node bench/machines.mjs [--only TEXT]. Needs Linux, and redis-server on the PATH.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { QueuePool } from '../dist/bullmq.js';
import { parallel, parallelIterable, tasks, ThreadPool } from '../dist/index.js';
import { summary } from './statistics.mjs';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const url = new URL('./machineTasks.mjs', import.meta.url);
const t = tasks(url);
const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-bench-'));
const path = join(folder, 's');
const redis = spawn('redis-server', ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', ''], {
  stdio: 'ignore',
});
while (!existsSync(path)) await sleep(10);
const connection = { path };
const admin = new Redis({ path, maxRetriesPerRequest: null });
let version = 0;

/** Milliseconds that a thread has worked, by the kernel. @param task - The main thread of this process. */
const cpuMs = (pid = process.pid) =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

/** Opens a pool and its machines, which nobody else meets. */
async function withMachines(machines, poolOptions, use) {
  version += 1;
  const both = { connection, version: String(version), leaseMs: 2000, ...poolOptions.both };
  const children = machines.map((options) =>
    fork(fileURLToPath(new URL('./workers/machine.mjs', import.meta.url)), [JSON.stringify({ ...both, ...options })]),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const pool = await QueuePool.connect({ ...both, modules: { tasks: url }, ...poolOptions.pool });
  try {
    return await use(pool, children);
  } finally {
    await pool.close();
    for (const child of children) child.kill('SIGKILL');
  }
}

/** The work of this thread for a run, in microseconds per item. */
async function workOf(task, items, options) {
  // The kernel adds up the time of a thread when the thread sleeps.
  await sleep(3);
  const before = cpuMs();
  await parallel(task, items, options);
  await sleep(3);
  return (1000 * (cpuMs() - before)) / items.length;
}

/** Alternates between measures. @param warmUp - The number of rounds before those that count. */
async function rounds({ count, warmUp = 1 }, ...measures) {
  const all = measures.map(() => []);
  for (let round = 0; round < warmUp + count; round += 1)
    for (const [at, measure] of measures.entries()) {
      const value = await measure();
      if (round >= warmUp) all[at].push(value);
    }
  return all.map(summary);
}

/** After fewer rounds, most of the work is that of the compiler, and of the first use of memory that is used again later. */
const WARM = { count: 5, warmUp: 8 };

const range = (length) => Array.from({ length }, (_, n) => n);
const few = (n) => (n >= 100 ? n.toFixed(0) : n.toPrecision(3));
const said = ({ median, low, high }) => `${few(median)} (${few(low)} – ${few(high)})`;

const cases = {
  'µs of a chunk in the program, 64 in flight': async () => {
    const threads = new ThreadPool({ workers: 2, idleMs: Infinity });
    const items = range(1000);
    const [queue, signed, thread] = await withMachines([{ here: 32 }, { here: 32 }], {}, (pool) =>
      withMachines([{ here: 32 }, { here: 32 }], { both: { secret: 'a secret' } }, (secretPool) =>
        rounds(
          // The median of few rounds differs by a quarter from one run to the next.
          { ...WARM, count: 25 },
          () => workOf(t.same, items, { pool, chunkSize: 1, workers: 64 }),
          () => workOf(t.same, items, { pool: secretPool, chunkSize: 1, workers: 64 }),
          () => workOf(t.same, items, { pool: threads, chunkSize: 1 }),
        ),
      ),
    );
    await threads.close();
    return [
      `${said(queue)}, ThreadPool ${said(thread)}: ${few(queue.median / thread.median)} times`,
      `with a secret ${said(signed)}: ${few(signed.median / thread.median)} times`,
    ];
  },

  'µs of an item in the program': () =>
    withMachines([{ threads: 2 }], {}, async (pool) => {
      const threads = new ThreadPool({ workers: 2, idleMs: Infinity });
      const numbers = range(200_000);
      const texts = range(5000).map((n) => String(n).padStart(1024, 'x'));
      const [integer, text, threadInteger, threadText] = await rounds(
        WARM,
        () => workOf(t.same, numbers, { pool, chunkSize: 20_000 }),
        () => workOf(t.same, texts, { pool, chunkSize: 1000 }),
        () => workOf(t.same, numbers, { pool: threads, chunkSize: 20_000 }),
        () => workOf(t.same, texts, { pool: threads, chunkSize: 1000 }),
      );
      await threads.close();
      return [
        `integers ${said(integer)}, ThreadPool ${said(threadInteger)}`,
        `1 KB of text ${said(text)}, ThreadPool ${said(threadText)}`,
      ];
    }),

  'efficiency of 12 threads that sleep on 3 machines, chunks of 100 ms': async () => {
    const items = range(12 * 20 * 10).map(() => 10);
    const threads = new ThreadPool({ workers: 12, idleMs: Infinity });
    const idealMs = (10 * items.length) / 12;
    const timeOf = async (options) => {
      const begun = performance.now();
      await parallel(t.nap, items, { ...options, chunkSize: 10 });
      return idealMs / (performance.now() - begun);
    };
    const machines = [{ threads: 4 }, { threads: 4 }, { threads: 4 }];
    const [queue, thread] = await withMachines(machines, {}, (pool) =>
      rounds(
        { count: 3 },
        () => timeOf({ pool }),
        () => timeOf({ pool: threads }),
      ),
    );
    await threads.close();
    return [`${said(queue)}, ThreadPool of 12 ${said(thread)}: ${few(queue.median / thread.median)} of it`];
  },

  '100,000 empty items, and a job of BullMQ each': () =>
    withMachines([{ threads: 2 }], {}, async (pool) => {
      const queue = new Queue('plain', { connection: admin });
      const worker = new Worker('plain', () => Promise.resolve(), {
        connection: { path, maxRetriesPerRequest: null },
        concurrency: 100,
        removeOnComplete: { count: 0 },
      });
      const perItem = async (count, work) => {
        const begun = performance.now();
        await work(count);
        return (1e6 * (performance.now() - begun)) / count / 1000;
      };
      const jobs = async (count) => {
        let done = 0;
        const all = new Promise((resolve) => {
          worker.on('completed', () => {
            done += 1;
            if (done === count) resolve();
          });
        });
        for (let at = 0; at < count; at += 500)
          await queue.addBulk(range(500).map((n) => ({ name: 'n', data: { n: at + n } })));
        await all;
        worker.removeAllListeners('completed');
      };
      const [ours, plain] = await rounds(
        { count: 5, warmUp: 3 },
        () => perItem(100_000, (count) => parallel(t.same, range(count), { pool })),
        () => perItem(5000, jobs),
      );
      await worker.close();
      await queue.close();
      return [`${said(ours)} µs an item, a job ${said(plain)} µs: ${few(plain.median / ours.median)} times`];
    }),

  'ms of 8 MB there and back': () =>
    withMachines([{ here: 1 }], {}, async (pool) => {
      const item = new Uint8Array(8_000_000);
      const [took] = await rounds({ count: 9, warmUp: 3 }, async () => {
        const begun = performance.now();
        await parallel(t.same, [item], { pool });
        return performance.now() - begun;
      });
      return [said(took)];
    }),

  'ms from a cancel to the last signal': () =>
    withMachines(
      [
        { here: 4, ahead: 0 },
        { here: 4, ahead: 0 },
      ],
      {},
      async (pool) => {
        const times = [];
        for (let round = 0; round < 20; round += 1) {
          const file = join(folder, `stopped-${round}`);
          const controller = new AbortController();
          const run = parallel(t.stopped, range(8), { pool, chunkSize: 1, args: [file], signal: controller.signal });
          const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
          while (lines().length < 8) await sleep(5);
          const at = Date.now();
          controller.abort();
          await run.catch(() => undefined);
          while (lines().length < 16) await sleep(5);
          times.push(Math.max(...lines().slice(8).map(Number)) - at);
        }
        times.sort((a, b) => a - b);
        return [`p50 ${times[9]}, p95 ${times[18]}`];
      },
    ),

  'ms from the kill of a machine to the next begin of its item, lease 2000': async () => {
    const times = [];
    for (let round = 0; round < 5; round += 1)
      await withMachines([{ here: 2 }, { here: 2 }], {}, async (pool, children) => {
        const file = join(folder, `begun-${round}`);
        const controller = new AbortController();
        const run = parallel(t.begun, [60_000], { pool, args: [file], signal: controller.signal });
        const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
        while (lines().length < 1) await sleep(5);
        const [pid] = lines()[0].split(' ');
        children.find((child) => String(child.pid) === pid).kill('SIGKILL');
        const at = Date.now();
        while (lines().length < 2) await sleep(5);
        times.push(Number(lines()[1].split(' ')[1]) - at);
        controller.abort();
        await run.catch(() => undefined);
      });
    return [said(summary(times))];
  },

  'MB of growth while 1 GB of results goes to a slow program': () =>
    withMachines([{ here: 4 }], {}, async (pool) => {
      const used = async () => Number(/used_memory:(\d+)/.exec(await admin.info('memory'))[1]);
      const before = { rss: process.memoryUsage().rss, redis: await used() };
      const max = { rss: 0, redis: 0 };
      for await (const pair of parallelIterable(t.megabyte, range(1000), { pool })) {
        if (pair[0] % 10 === 0) {
          max.rss = Math.max(max.rss, process.memoryUsage().rss - before.rss);
          max.redis = Math.max(max.redis, (await used()) - before.redis);
        }
        await sleep(10);
      }
      return [`program ${few(max.rss / 1e6)}, Redis ${few(max.redis / 1e6)}`];
    }),
};

try {
  for (const [name, measure] of Object.entries(cases)) {
    if (!name.includes(values.only)) continue;
    console.log(name);
    for (const line of await measure()) console.log(`  ${line}`);
  }
} finally {
  admin.disconnect();
  redis.kill();
  await once(redis, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
