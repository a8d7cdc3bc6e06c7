// In a process of its own: what a slow consumer of an endless source costs in memory. Prints the RSS, in MB.
import { setTimeout as sleep } from 'node:timers/promises';
import { parallelIterable, tasks, ThreadPool } from '../dist/index.js';

const { us0 } = tasks(new URL('./tasks.mjs', import.meta.url));
const pool = new ThreadPool({ workers: 2 });
const megabytes = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

function* naturals() {
  for (let n = 0; ; n += 1) yield n;
}

let done = 0;
const rss = {};
for await (const pair of parallelIterable(us0, naturals(), { pool })) {
  if (pair === undefined) break;
  done += 1;
  if (done % 10_000 === 0) await sleep(5);
  if (done === 1e6) rss.at1M = megabytes();
  if (done === 1e7) {
    rss.at10M = megabytes();
    break;
  }
}
await pool.close();
console.log(JSON.stringify(rss));
