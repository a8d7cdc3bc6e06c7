import { packRoute, type Airport, type Airports } from './airports.ts';
import { greatCircle } from './greatCircle.ts';
import { readFlight } from './readFlight.ts';
import { Reader } from './reader.ts';
import { delayClass, delayClasses, tally } from './tallies.ts';
import { addRejects, emptyTotals, type Reason, type Totals } from './totals.ts';
import { Writer } from './writer.ts';

/** The result of a block of rows. */
export interface CleanedBlock {
  /** The rows that are in order, each as `2001-01-01T00:01,LAS,NV,PHL,PA,3494,33,late`. */
  readonly text: Uint8Array;
  readonly totals: Totals;
}

/** A row that is in order, with its airports. */
interface Journey {
  readonly origin: Airport;
  readonly destination: Airport;
  readonly km: number;
  readonly hour: number;
  /** In minutes. */
  readonly delay: number;
}

const kmPerMile = 1.609344;

/**
 * Parses the rows of a block, rejects the bad ones, joins the others with their airports, sums them up and writes them anew.
 *
 * @param memory - Gives the memory for the text. It is made longer if the text is longer than usual.
 */
export function cleanBlock(
  block: Uint8Array,
  airports: Airports,
  memory: (byteLength: number) => Uint8Array,
): CleanedBlock {
  const totals = emptyTotals();
  const reader = new Reader(block);
  const writer = new Writer(memory(Math.ceil(1.5 * block.length)));

  while (reader.nextLine()) {
    const journey = readJourney(reader, airports);
    if (typeof journey === 'string') {
      addRejects(totals, journey, { count: 1, example: reader.line() });
      continue;
    }
    const { origin, destination, km, hour, delay } = journey;
    tally(totals.routes, packRoute(origin, destination), delay, km);
    tally(totals.hours, hour, delay, km);

    writer
      .copy(block, reader.start, reader.start + 10)
      .text('T')
      .copy(block, reader.start + 11, reader.start + 16);
    writer.text(',').text(origin.code).text(',').text(origin.state);
    writer.text(',').text(destination.code).text(',').text(destination.state);
    writer.text(',').integer(km).text(',').integer(delay).text(',').text(delayClasses[delayClass(delay)]).text('\n');
  }
  return { text: writer.written, totals };
}

function readJourney(reader: Reader, airports: Airports): Journey | Reason {
  const flight = readFlight(reader);
  if (typeof flight === 'string') return flight;

  const origin = airports.byCode.get(flight.origin);
  const destination = airports.byCode.get(flight.destination);
  if (origin === undefined || destination === undefined) return 'airport';
  if (origin === destination) return 'route';

  const km = greatCircle(origin, destination);
  if (Math.abs(flight.miles * kmPerMile - km) > 0.02 * km) return 'distance';

  const { hour, delay } = flight;
  if (delay < -120 || delay >= 1380) return 'delay';

  return { origin, destination, km: Math.round(km), hour, delay };
}
