import { from, lastValueFrom, map, toArray } from 'rxjs';
import { parallelMap } from 'rxjs-parallel';

const double = (n: number): number => n * 2;
const square = (n: number): number => n * n;

const all = (task: typeof square, pool: 'thread' | 'process'): Promise<number[]> =>
  lastValueFrom(
    from([1, 2, 3]).pipe(
      parallelMap(task, { pool, workers: 2, ordered: true }),
      map(([, result]) => result),
      toArray(),
    ),
  );

/** As a service calls it that holds the file in memory: once, and once more. */
export async function handler(): Promise<string> {
  const lines: string[] = [];
  for (const pool of ['thread', 'process'] as const) {
    const [doubled, squared] = await Promise.all([all(double, pool), all(square, pool)]);
    lines.push(`${pool} ${String(doubled)} ${String(squared)}\n`);
  }
  return lines.join('');
}
