const { join } = require('node:path');
const { from, lastValueFrom, map, toArray } = require('rxjs');
const { parallelMap, tasks } = require('rxjs-parallel');

const { double } = tasks(join(__dirname, 'tasks.js'));
const square = (n) => n * n;

const all = (task, pool) =>
  lastValueFrom(
    from([1, 2, 3]).pipe(
      parallelMap(task, { pool, workers: 2, ordered: true }),
      map(([, result]) => result),
      toArray(),
    ),
  );

void (async () => {
  for (const pool of ['thread', 'process']) {
    const [doubled, squared] = await Promise.all([all(double, pool), all(square, pool)]);
    console.log(pool, String(doubled), String(squared));
  }
})();
