import { parallel, tasks, ThreadPool } from '../../dist/web/index.js';
import { contenders, scriptOf } from './contenders.mjs';

/** How many items of which task a case has. */
const CASES = {
  '10 µs, runs of 2 s': { task: 'us10', length: 400_000, only: ['raw batches', 'rxjs-parallel'] },
  '100 µs, runs of 2 s': { task: 'us100', length: 40_000, only: ['raw batches', 'rxjs-parallel'] },
  '1000 µs, runs of 2 s': { task: 'us1000', length: 4000, only: ['raw batches', 'rxjs-parallel'] },
  // The peers send a message for each item: fewer items cost as much each.
  'empty items': { task: 'empty', length: 300_000, few: 3000 },
};
const FIRST = 'first result of a new worker';

let opened;

/** Gives the microseconds an item of each round, by contender. */
async function throughput({ task, length, few = length, only }, { rounds, workers }) {
  const all = (opened ??= contenders(workers));
  const names = only ?? Object.keys(all);
  const figures = Object.fromEntries(names.map((name) => [name, []]));
  // The round before the first warms everything.
  for (let round = -1; round < rounds; round += 1)
    for (const at of names.keys()) {
      const name = names[(at + Math.max(0, round)) % names.length];
      const items = Array.from({ length: /^(?:raw|rxjs)/.test(name) ? length : few }, (_, n) => n);
      const startedAtMs = performance.now();
      await all[name](task, items);
      const us = ((performance.now() - startedAtMs) / items.length) * 1000;
      if (round >= 0) figures[name].push(us);
    }
  return figures;
}

/** Gives the milliseconds to the first result of a worker that is started for it. */
async function firstResults({ rounds }) {
  const bare = [];
  const ours = [];
  for (let round = -1; round < rounds; round += 1) {
    const atMs = performance.now();
    const worker = scriptOf('raw');
    worker.postMessage({ name: 'empty', items: [1] });
    await new Promise((resolve) => {
      worker.onmessage = resolve;
    });
    const bareMs = performance.now() - atMs;
    worker.terminate();

    const pool = new ThreadPool({ workers: 1 });
    const { empty } = tasks(() => scriptOf('ours'));
    const startedAtMs = performance.now();
    await parallel(empty, [1], { pool });
    const oursMs = performance.now() - startedAtMs;
    await pool.close();
    if (round < 0) continue;
    bare.push(bareMs);
    ours.push(oursMs);
  }
  return { 'a bare Worker': bare, 'rxjs-parallel': ours };
}

// Called by the bench, which drives the page.
globalThis.titles = () => [...Object.keys(CASES), FIRST];
globalThis.run = (title, settings) => (title === FIRST ? firstResults(settings) : throughput(CASES[title], settings));
