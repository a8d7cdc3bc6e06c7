import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { parallel, ProcessPool, tasks } from 'rxjs-parallel';
import type { NamedSums } from './sqlTotals.ts';

const { convert } = tasks<typeof import('./convert.ts')>(new URL('./convert.ts', import.meta.url));
const { sqlTotals } = tasks<typeof import('./sqlTotals.ts')>(new URL('./sqlTotals.ts', import.meta.url));

export interface DuckdbFiles {
  readonly parquet: string;
  /** Written from the Parquet file, unless it is there already. */
  readonly csv: string;
  readonly airportsCsv: string;
}

export interface DuckdbTotals {
  readonly sums: NamedSums;
  /** The most memory its process has taken, in KiB. */
  readonly peakKib: number;
}

/**
 * Lets DuckDB write the CSV file, and say what we ought to make of it. It works in a process of its own,
 * which gives back its memory at the end, and can be stopped at any moment.
 */
export async function duckdbTotals(
  { parquet, csv, airportsCsv }: DuckdbFiles,
  signal: AbortSignal,
): Promise<DuckdbTotals> {
  const pool = new ProcessPool({ workers: 1 });
  try {
    if (!existsSync(csv)) await parallel(convert, [{ parquet, csv }], { pool, signal });
    const [sums = new Map<string, number[]>()] = await parallel(sqlTotals, [{ csv, airportsCsv }], { pool, signal });
    const [peakKib = 0] = await parallel(() => process.resourceUsage().maxRSS, [undefined], { pool, signal });
    return { sums, peakKib };
  } finally {
    await pool.close();
    await rm(`${csv}.partial`, { force: true });
  }
}
