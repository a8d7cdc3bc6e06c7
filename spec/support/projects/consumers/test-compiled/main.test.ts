import { parallel, ProcessPool, tasks, ThreadPool } from 'rxjs-parallel';

const { double, square } = tasks<typeof import('./tasks')>(new URL('./tasks.ts', import.meta.url));
const options = process.env.BY_TSX === '1' ? { execArgv: ['--import', 'tsx'] } : {};

for (const Pool of [ThreadPool, ProcessPool]) {
  test(`two runs in a ${Pool.name}`, async () => {
    const pool = new Pool({ workers: 2, ...options });
    const runs = await Promise.all([double, square].map((task) => parallel(task, [1, 2, 3], { pool })));
    await pool.close();
    expect(runs).toEqual([
      [2, 4, 6],
      [1, 4, 9],
    ]);
  });
}
