// Single calls on a warm pool, compared with piscina, in one process, in turn: node bench/calls.mjs [rounds]
import { readFileSync } from 'node:fs';
import Piscina from 'piscina';
import { pooled, ThreadPool, tasks } from '../dist/index.js';

const ROUNDS = Number(process.argv[2] ?? 5);
const FOR_MS = Number(process.argv[3] ?? 700);
const file = new URL('./workers/calls.mjs', import.meta.url);
const { empty, spin } = tasks(file);

const pool = new ThreadPool({ workers: 2, idleMs: Infinity });
const piscina = new Piscina({ filename: file.href, minThreads: 2, maxThreads: 2 });
const ours = { empty: pooled(empty, { pool, timeout: 1000 }), spin: pooled(spin, { pool, timeout: 1000 }) };

/** Milliseconds that the main thread has worked, by the kernel. */
const mainMs = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const plain = {
  ours: (task, item) => ours[task](item),
  piscina: (task, item) => piscina.run(item, { name: task }),
};
const withSignal = {
  ours: (task, item) => ours[task](item, { signal: new AbortController().signal, timeout: 1000 }),
  piscina: async (task, item) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 1000);
    try {
      return await piscina.run(item, { name: task, signal: controller.signal });
    } finally {
      clearTimeout(timer);
    }
  },
};

async function measure(call, task, item, inFlight) {
  const latencies = [];
  const begun = performance.now();
  const cpu = mainMs();
  const until = begun + FOR_MS;
  const lane = async () => {
    while (performance.now() < until) {
      const at = performance.now();
      await call(task, item);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const tookMs = performance.now() - begun;
  latencies.sort((a, b) => a - b);
  return {
    perSecond: (1000 * latencies.length) / tookMs,
    mainUs: (1000 * (mainMs() - cpu)) / latencies.length,
    p99: latencies[Math.floor(latencies.length * 0.99)],
  };
}

for (const [mode, calls] of Object.entries({ plain, 'signal and timeout': withSignal }))
  for (const [task, item] of [
    ['empty', 1],
    ['empty', Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`k${n}`, n]))],
    ['spin', 0.1],
    ['spin', 1],
  ])
    for (const inFlight of [1, 8, 64]) {
      const rounds = [];
      for (const [side, call] of Object.entries(calls))
        await measure(call, task, item, inFlight).catch((error) => console.error(side, error));
      for (let round = 0; round < ROUNDS; round += 1) {
        const one = {};
        for (const side of round % 2 === 0 ? ['ours', 'piscina'] : ['piscina', 'ours'])
          one[side] = await measure(calls[side], task, item, inFlight);
        rounds.push(one);
      }
      const ratio = (what) => median(rounds.map(({ ours, piscina }) => ours[what] / piscina[what])).toFixed(2);
      const of = (side, what, digits) => median(rounds.map((round) => round[side][what])).toFixed(digits);
      console.log(
        `${mode}, ${task} ${typeof item === 'object' ? 'object' : item}, ${inFlight} in flight: main ${ratio('mainUs')}, rate ${ratio('perSecond')}, p99 ${ratio('p99')}   (${of('ours', 'mainUs', 1)} / ${of('piscina', 'mainUs', 1)} us, ${of('ours', 'perSecond', 0)} / ${of('piscina', 'perSecond', 0)} a second)`,
      );
    }
await pool.close();
await piscina.destroy();
