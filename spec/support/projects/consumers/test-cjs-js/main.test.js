const { from, lastValueFrom, map, toArray } = require('rxjs');
const { parallelMap, tasks } = require('rxjs-parallel');

const { double } = tasks(require.resolve('./tasks'));
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
  jest.useFakeTimers();
  const runs = await Promise.all([all(double, { pool: 'thread' }), all(square, { pool: 'thread' })]);
  jest.useRealTimers();
  expect(runs).toEqual([
    [2, 4, 6],
    [1, 4, 9],
  ]);
});
