import { existsSync } from 'node:fs';
import { parallel, ProcessPool, tasks } from 'rxjs-parallel';
import type { NamedSums } from './sqlTotals.ts';

const { convert } = tasks<typeof import('./convert.ts')>(new URL('./convert.ts', import.meta.url));
const { sqlTotals } = tasks<typeof import('./sqlTotals.ts')>(new URL('./sqlTotals.ts', import.meta.url));

/** What DuckDB says of the flights, and the most memory its process took, in KiB. */
export interface DuckdbTotals {
  readonly sums: NamedSums;
  readonly peakKib: number;
}

/**
 * Lets DuckDB write the CSV file, if there is none yet, and compute what we are to compute from it.
 * It works in a process of its own: its memory is given back, and it can be stopped at any moment.
 */
export async function duckdbTotals(parquet: string, csv: string, airportsCsv: string, signal: AbortSignal): Promise<DuckdbTotals> {
  const pool = new ProcessPool({ workers: 1 });
  try {
    if (!existsSync(csv)) await parallel(convert, [{ parquet, csv }], { pool, signal });
    const [sums = new Map<string, number[]>()] = await parallel(sqlTotals, [{ csv, airportsCsv }], { pool, signal });
    const [peakKib = 0] = await parallel(() => process.resourceUsage().maxRSS, [undefined], { pool, signal });
    return { sums, peakKib };
  } finally {
    await pool.close();
  }
}
