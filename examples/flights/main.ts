// Cleans the three million flights of vega-datasets on all cores: npm run demo -- [--workers N] [--out FILE] [--compare]
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
import { speedReport } from './speedReport.ts';
import { stopSignal } from './stopSignal.ts';
import { countRows } from './totals.ts';

const data = fileURLToPath(new URL('../data/', import.meta.resolve('vega-datasets')));
const parquet = `${data}flights-3m.parquet`;
const airportsCsv = `${data}airports.csv`;

const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
const csv = `${cache}flights-3m.csv`;
const serialOut = `${cache}flights-serial.csv`;

const { workers, out, compare: isCompared } = readOptions(process.argv.slice(2), `${cache}flights-cleaned.csv`);
const signal = stopSignal();

try {
  await mkdir(cache, { recursive: true });
  const airports = await readAirports(airportsCsv);

  console.log('DuckDB writes the flights as CSV, if it has not yet, and computes what we should find');
  const duckdb = await duckdbTotals({ parquet, csv, airportsCsv }, signal);

  const totals = await cleanFile(csv, out, { airports, workers, signal, progress: true });
  console.log(report(totals, airports));

  const [seconds = NaN, serialSeconds = NaN] = await fastest(
    () => cleanFile(csv, out, { airports, workers, signal }),
    () => cleanFile(csv, serialOut, { airports, workers: 0, signal }),
  );
  const { accepted, rejected } = countRows(totals);
  const peakKib = process.resourceUsage().maxRSS;
  const duckdbPeakKib = duckdb.peakKib;
  console.log(speedReport({ rows: accepted + rejected, workers, seconds, serialSeconds, peakKib, duckdbPeakKib }));

  const faults = differences(totals, duckdb.sums, airports);
  const hash = await fileHash(serialOut, signal);
  const isSameFile = (await fileHash(out, signal)) === hash;
  if (!isSameFile) faults.push('the file is not the one that workers: 0 writes');
  if (faults.length === 0) {
    console.log(
      `check     all ${String(duckdb.sums.size)} sums are those of DuckDB, and all bytes those of workers: 0`,
    );
  } else {
    console.error(faults.join('\n'));
    process.exitCode = 1;
  }

  if (isCompared) {
    const { compare } = await import('./compare/compare.ts');
    console.log(await compare({ csv, airportsCsv, airports, out: serialOut, hash, signal }));
  } else console.log('others    npm run demo -- --compare shows what others need for the same file');
} catch (error) {
  if (!signal.aborted) throw error;
  console.error('stopped');
} finally {
  await rm(serialOut, { force: true });
}
