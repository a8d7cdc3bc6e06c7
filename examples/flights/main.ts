// Cleans the three million flights of vega-datasets on all cores: npm run demo -- [--workers N] [--out FILE]
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readAirports } from './airports.ts';
import { cleanFile } from './cleanFile.ts';
import { differences } from './differences.ts';
import { duckdbTotals } from './duckdbTotals.ts';
import { fastest } from './fastest.ts';
import { fileHash } from './fileHash.ts';
import { readOptions } from './options.ts';
import { report } from './report.ts';
import { stopSignal } from './stopSignal.ts';
import { countRows } from './totals.ts';

const data = fileURLToPath(new URL('../data/', import.meta.resolve('vega-datasets')));
const parquet = `${data}flights-3m.parquet`;
const airportsCsv = `${data}airports.csv`;

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
const csv = `${cache}flights-3m.csv`;
const serialOut = `${cache}flights-serial.csv`;

const mebibytes = (kib: number): string => `${String(Math.round(kib / 1024))} MiB`;

const { workers, out } = readOptions(process.argv.slice(2), `${cache}flights-cleaned.csv`);
const signal = stopSignal();

try {
  await mkdir(cache, { recursive: true });
  const airports = await readAirports(airportsCsv);

  console.log('DuckDB computes what is to be expected');
  const duckdb = await duckdbTotals({ parquet, csv, airportsCsv }, signal);

  const totals = await cleanFile(csv, out, { airports, workers, signal, progress: true });
  console.log(report(totals, airports));

  const [seconds = NaN, serialSeconds = NaN] = await fastest(
    () => cleanFile(csv, out, { airports, workers, signal }),
    () => cleanFile(csv, serialOut, { airports, workers: 0, signal }),
  );
  const { accepted, rejected } = countRows(totals);
  const rowsPerSecond = Math.round((accepted + rejected) / seconds).toLocaleString('en');
  console.log(`${rowsPerSecond} rows/s with ${String(workers)} workers (${seconds.toFixed(2)} s, warm)`);
  console.log(`${(serialSeconds / seconds).toFixed(2)} times as fast as with workers: 0 (${serialSeconds.toFixed(2)} s)`);
  console.log(`peak RSS ${mebibytes(process.resourceUsage().maxRSS)}, threads included; DuckDB's process had ${mebibytes(duckdb.peakKib)}`);

  const faults = differences(totals, duckdb.sums, airports);
  if ((await fileHash(out, signal)) !== (await fileHash(serialOut, signal))) faults.push('with workers: 0 the file is another');
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else console.log(`all ${String(duckdb.sums.size)} sums are those of DuckDB; the file is that of workers: 0, byte by byte`);
} catch (error) {
  if (!signal.aborted) throw error;
  console.error('stopped');
} finally {
  await rm(serialOut, { force: true });
}
