import { parallel, tasks } from 'rxjs-parallel';

const t = tasks<typeof import('./tasks.ts')>(new URL('./tasks.ts', import.meta.url));

for (const pool of ['thread', 'process'] as const)
  console.log(pool, String(await parallel(t.double, [1, 2, 3], { pool, workers: 1 })));
