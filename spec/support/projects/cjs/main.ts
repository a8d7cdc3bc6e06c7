import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

void (async () => {
  const { parallel, tasks } = await import('../../../../dist/index.js');
  const t = tasks<typeof import('./tasks')>(pathToFileURL(join(__dirname, 'tasks.ts')));

  for (const pool of ['thread', 'process'] as const)
    console.log(pool, String(await parallel(t.double, [1, 2, 3], { pool, workers: 1 })));
})();
