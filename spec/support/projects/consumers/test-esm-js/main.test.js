import { from, lastValueFrom, map, toArray } from 'rxjs';
import { parallelMap, tasks } from 'rxjs-parallel';

const { double } = tasks(new URL('./tasks.js', import.meta.url));
const square = (n) => n * n;

const all = (task, where) =>
  lastValueFrom(
    from([1, 2, 3]).pipe(
      parallelMap(task, { workers: 2, ordered: true, ...where }),
      map(([, result]) => result),
      toArray(),
    ),
  );

for (const [name, where] of Object.entries({
  threads: { pool: 'thread' },
  processes: { pool: 'process' },
  'this thread': { workers: 0 },
})) {
  test(`two runs in ${name}`, async () => {
    const runs = await Promise.all([all(double, where), all(square, where)]);
    expect(runs).toEqual([
      [2, 4, 6],
      [1, 4, 9],
    ]);
  });
}

test('two runs in threads, while the timers of tests are faked', async () => {
  import.meta.jest.useFakeTimers();
  const runs = await Promise.all([all(double, { pool: 'thread' }), all(square, { pool: 'thread' })]);
  import.meta.jest.useRealTimers();
  expect(runs).toEqual([
    [2, 4, 6],
    [1, 4, 9],
  ]);
});
