/** Sends a thread what only this program can read, since it is given a larger stack, and prints what came of it. */
import { parallel, ThreadPool } from 'rxjs-parallel';
import { depth, nest } from '../tasks.ts';

const deep = nest(40_000);
await using pool = new ThreadPool({ workers: 1 });
const results = await parallel(depth, [1, deep, [2]] as unknown[], { pool, chunkSize: 3, onError: 'return' });
const error: unknown = await parallel((n: unknown, more: unknown) => [n, more], [1], { pool, args: [deep] }).catch(
  (reason: unknown) => reason,
);

console.log(
  JSON.stringify({
    results: results.map((result) => (typeof result === 'number' ? result : result.message)),
    error: String(error),
  }),
);
