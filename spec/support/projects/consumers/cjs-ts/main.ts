import { join } from 'node:path';
import { from, lastValueFrom, map, toArray } from 'rxjs';
import { parallelMap, tasks, type Task } from 'rxjs-parallel';

const { double } = tasks<typeof import('./tasks')>(join(__dirname, 'tasks.ts'));
const square = (n: number): number => n * n;

const all = (task: Task<number, number> | typeof square, pool: 'thread' | 'process'): Promise<number[]> =>
  lastValueFrom(
    from([1, 2, 3]).pipe(
      parallelMap(task, { pool, workers: 2, ordered: true }),
      map(([, result]) => result),
      toArray(),
    ),
  );

void (async () => {
  for (const pool of ['thread', 'process'] as const) {
    const [doubled, squared] = await Promise.all([all(double, pool), all(square, pool)]);
    console.log(pool, String(doubled), String(squared));
  }
})();
