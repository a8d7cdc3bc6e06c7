import { parallel, tasks } from 'rxjs-parallel';

const { double, placeFrom } = tasks(
  () => new Worker(new URL('./tasks.worker.ts', import.meta.url), { type: 'module' }),
  () => import('./tasks.ts'),
);
const square = (n: number): number => n * n;

for (const pool of process.argv.slice(2) as ('thread' | 'process')[]) {
  const config = { pool, workers: 2 } as const;
  const [doubled, squared, [place]] = await Promise.all([
    parallel(double, [1, 2, 3], config),
    parallel(square, [1, 2, 3], config),
    parallel(placeFrom, [process.pid], config),
  ]);
  console.log(pool, String(doubled), String(squared), place);
}
