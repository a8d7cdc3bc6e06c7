// Cleans flights on the machines of REDIS_URL: node --import tsx examples/machines/program.ts FLIGHTS AIRPORTS OUT
import { readAirports } from '../flights/airports.ts';
import { report } from '../flights/report.ts';
import { stopSignal } from '../flights/stopSignal.ts';
import { cleanOnMachines } from './cleanOnMachines.ts';

const [flights, airportsCsv, out] = process.argv.slice(2);
if (flights === undefined || airportsCsv === undefined || out === undefined) {
  console.error('usage: node --import tsx examples/machines/program.ts FLIGHTS AIRPORTS OUT');
  process.exit(2);
}

/** All that 20 machines hold, with two processes and a chunk ahead each. */
const chunks = 60;
const signal = stopSignal();
const airports = await readAirports(airportsCsv);
console.log(report(await cleanOnMachines(flights, out, { airports, signal, chunks }), airports));
