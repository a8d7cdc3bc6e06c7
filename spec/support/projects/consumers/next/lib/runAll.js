import { join } from 'node:path';
import { from, lastValueFrom, map, toArray } from 'rxjs';
import { parallelMap, tasks } from 'rxjs-parallel';

// By its path: what is imported becomes part of a bundle, of which workers know nothing.
const { double } = tasks(join(process.cwd(), 'tasks/tasks.js'));
const square = (n) => n * n;

const all = (task, pool) =>
  lastValueFrom(
    from([1, 2, 3]).pipe(
      parallelMap(task, { pool, workers: 2, ordered: true }),
      map(([, result]) => result),
      toArray(),
    ),
  );

export async function runAll() {
  const lines = [];
  for (const pool of ['thread', 'process']) {
    const [doubled, squared] = await Promise.all([all(double, pool), all(square, pool)]);
    lines.push(`${pool} ${String(doubled)} ${String(squared)}\n`);
  }
  return lines.join('');
}
