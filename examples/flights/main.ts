// Cleans the three million flights of vega-datasets on all cores. Started by: npm run demo -- [--workers N] [--out FILE]
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readAirports } from './airports.ts';
import { cleanFile } from './cleanFile.ts';
import { differences } from './differences.ts';
import { duckdbTotals } from './duckdbTotals.ts';
import { fileHash } from './fileHash.ts';
import { readOptions, type Options } from './options.ts';
import { report } from './report.ts';
import { seconds } from './seconds.ts';
import { stopSignal } from './stopSignal.ts';

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
const data = fileURLToPath(new URL('../data/', import.meta.resolve('vega-datasets')));
const csv = `${cache}flights-3m.csv`;

async function main({ workers, out }: Options, signal: AbortSignal): Promise<void> {
  const airports = await readAirports(`${data}airports.csv`);
  const duckdb = await duckdbTotals(`${data}flights-3m.parquet`, csv, `${data}airports.csv`, signal);

  const { totals, seconds } = await cleanFile(csv, out, { airports, workers, signal, progress: true });
  console.log(report(totals, airports));

  await speedUp...
}
