import { parallel, ProcessPool, tasks, ThreadPool } from 'rxjs-parallel';

const { double, square } = tasks<typeof import('./tasks')>(new URL('./tasks.ts', import.meta.url));

for (const Pool of [ThreadPool, ProcessPool]) {
  test(`two runs in a ${Pool.name}`, async () => {
    const pool = new Pool({ workers: 2 });
    const runs = await Promise.all([double, square].map((task) => parallel(task, [1, 2, 3], { pool })));
    await pool.close();
    expect(runs).toEqual([
      [2, 4, 6],
      [1, 4, 9],
    ]);
  });
}
