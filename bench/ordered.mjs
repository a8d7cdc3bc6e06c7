import { count, lastValueFrom, tap } from 'rxjs';
import { parallel$, tasks, ThreadPool } from '../dist/index.js';
import { alternate, timed } from './alternate.mjs';

const all = tasks(new URL('./tasks.mjs', import.meta.url));

/** Milliseconds, in order and as they finish: 20,000 items of which one in ten is slow, and 100,000 behind one of a second. */
export async function ordered({ rounds, workers }) {
  const pool = new ThreadPool({ workers, idleMs: Infinity });
  const run = (task, length, options) => () =>
    timed(() => lastValueFrom(parallel$(all[task], numbers(length), { pool, ...options }).pipe(count())));
  const skewed = await alternate(rounds, {
    'as they finish': run('skewed', 20_000, {}),
    ordered: run('skewed', 20_000, { ordered: true }),
  });
  const head = await alternate(Math.min(rounds, 3), {
    'as they finish': run('slowHead', 100_000, {}),
    'ordered, bufferSize 200,000': run('slowHead', 100_000, { ordered: true, bufferSize: 200_000 }),
    'ordered, bufferSize 10,000': run('slowHead', 100_000, { ordered: true, bufferSize: 10_000 }),
  });
  const held = await heldBack(pool, 10_000);
  await pool.close();
  return { skewed, head, held };
}

/** Most items that were taken and had not come out, behind a slow head. */
async function heldBack(pool, bufferSize) {
  let taken = 0;
  let out = 0;
  let most = 0;
  function* items() {
    for (const n of numbers(100_000)) {
      taken += 1;
      most = Math.max(most, taken - out);
      yield n;
    }
  }
  await lastValueFrom(
    parallel$(all.slowHead, items(), { pool, ordered: true, bufferSize }).pipe(
      tap(() => (out += 1)),
      count(),
    ),
  );
  return { bufferSize, most };
}

function numbers(length) {
  return Array.from({ length }, (_, n) => n);
}
