// Cleans the three million flights on two machines, one of which is killed: npm run demo:machines -- [--flights FILE] [--out FILE]
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { parallel, tasks } from 'rxjs-parallel';
import { readAirports } from '../flights/airports.ts';
import { cleanFile } from '../flights/cleanFile.ts';
import { fileHash } from '../flights/fileHash.ts';
import { report } from '../flights/report.ts';
import { stopSignal } from '../flights/stopSignal.ts';
import { cleanOnMachines } from './cleanOnMachines.ts';
import { startMachine } from './startMachine.ts';
import { startRedis } from './startRedis.ts';

const { convert } = tasks<typeof import('../flights/convert.ts')>(new URL('../flights/convert.ts', import.meta.url));

const data = fileURLToPath(new URL('../data/', import.meta.resolve('vega-datasets')));
const cache = fileURLToPath(new URL('../../.cache/', import.meta.url));
const { values } = parseArgs({ options: { flights: { type: 'string' }, out: { type: 'string' } } });
const { flights = `${cache}flights-3m.csv`, out = `${cache}flights-machines.csv` } = values;
const localOut = `${out}.local`;
const signal = stopSignal();
const ends: (() => unknown)[] = [() => rm(localOut, { force: true })];

try {
  const redis = await startRedis();
  ends.push(redis.stop);
  await mkdir(cache, { recursive: true });
  if (!existsSync(flights))
    await parallel(convert, [{ parquet: `${data}flights-3m.parquet`, csv: flights }], { pool: 'process', signal });
  const airports = await readAirports(`${data}airports.csv`);

  const machines = await Promise.all([startMachine(redis.url), startMachine(redis.url)]);
  for (const machine of machines) ends.push(() => machine.kill('SIGKILL'));
  const [first, second] = machines;
  const firstExit = once(first, 'exit');

  const startedAtMs = performance.now();
  const onHalf = (): void => {
    first.kill('SIGKILL');
    console.log(`half of the file is done: process ${String(first.pid)} is killed`);
  };
  const totals = await cleanOnMachines(flights, out, { airports, signal, connection: redis.url, onHalf });
  const seconds = (performance.now() - startedAtMs) / 1000;
  console.log(report(totals, airports));
  console.log(
    `time      ${seconds.toFixed(1)} s on two machines, of which one ended with ${String((await firstExit)[1])}`,
  );

  const secondExit = once(second, 'exit');
  second.kill('SIGTERM');
  console.log(`drain     the other one ended with ${String((await secondExit)[0])}`);

  const localTotals = await cleanFile(flights, localOut, { airports, workers: 0, signal });
  const isSameFile = (await fileHash(out, signal)) === (await fileHash(localOut, signal));
  if (isSameFile && isDeepStrictEqual(totals, localTotals))
    console.log('check     all sums and all bytes are those of a run in this thread');
  else {
    console.error('the sums or the bytes are not those of a run in this thread');
    process.exitCode = 1;
  }
} catch (error) {
  console.error(signal.aborted ? 'stopped' : error instanceof Error ? error.message : error);
  process.exitCode ??= 1;
} finally {
  for (const end of ends.reverse()) await end();
}
