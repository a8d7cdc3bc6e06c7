import { from, lastValueFrom, map, of, take, toArray } from 'rxjs';
import { parallel, parallelMap, pooled, registerError, tasks, TaskError, ThreadPool } from 'rxjs-parallel';
import { OddError } from './images';

const images = tasks(
  () => new Worker(new URL('./images.worker.ts', import.meta.url), { type: 'module' }),
  () => import('./images'),
);
const colors = tasks(
  () => new Worker(new URL('./colors.worker.ts', import.meta.url), { type: 'module' }),
  () => import('./colors'),
);
registerError({ OddError });

/** The results of the page, by what they show. */
const checks: Record<string, () => Promise<unknown>> = {
  served: () => parallel(images.thumbnail, ['sea', 'sky']),
  twoScripts: async () => {
    const pool = new ThreadPool({ workers: 2 });
    const results = await Promise.all([
      parallel(images.thumbnail, ['sea', 'sky'], { pool }),
      parallel(colors.colorOf, ['sea', 'wood'], { pool }),
    ]);
    await pool.close();
    return results.flat();
  },
  inline: () => parallel((n: number) => `${n * n} ${typeof document}`, [2, 3]),
  ordered: () =>
    lastValueFrom(
      from([1, 2, 3]).pipe(
        parallelMap((n: number) => n * 10, { ordered: true }),
        map(([, n]) => n),
        toArray(),
      ),
    ),
  generator: () =>
    lastValueFrom(
      of(1000).pipe(
        parallelMap(images.upTo),
        map(([, n]) => n),
        take(3),
        toArray(),
      ),
    ),
  error: () =>
    parallel(images.refuse, [7]).then(
      () => 'none',
      (error) => [error instanceof TaskError, error.cause instanceof OddError, error.cause.code, error.cause.message],
    ),
  moved: () => parallel(images.invert, [new Uint8Array([1, 2])]).then(([bytes]) => [...bytes]),
  here: () => parallel(images.thumbnail, ['sea'], { workers: 0 }),
  calls: async () => {
    const thumbnail = pooled(images.thumbnail);
    return await Promise.all(['a', 'b'].map((photo) => thumbnail(photo)));
  },
};

/** Runs the checks, and posts their results to the server that the page's address names, or to its own. */
export async function postResults(): Promise<void> {
  const results: Record<string, unknown> = {};
  for (const [name, check] of Object.entries(checks))
    results[name] = await check().catch((error) => `${error.name}: ${error.message}`);
  const to = new URLSearchParams(location.search).get('results') ?? '/results';
  await fetch(to, { method: 'POST', body: JSON.stringify(results) });
}
