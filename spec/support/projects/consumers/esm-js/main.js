import { from, lastValueFrom, map, toArray } from 'rxjs';
import { parallelMap, tasks } from 'rxjs-parallel';

const { double } = tasks(new URL('./tasks.js', import.meta.url));
const square = (n) => n * n;

const all = (task, pool) =>
  lastValueFrom(
    from([1, 2, 3]).pipe(
      parallelMap(task, { pool, workers: 2, ordered: true }),
      map(([, result]) => result),
      toArray(),
    ),
  );

for (const pool of ['thread', 'process']) {
  const [doubled, squared] = await Promise.all([all(double, pool), all(square, pool)]);
  console.log(pool, String(doubled), String(squared));
}
