import { readFile } from 'node:fs/promises';

/** What flights are joined with. */
export interface Airport {
  readonly index: number;
  readonly code: string;
  readonly state: string;
  /** In radians. */
  readonly latitude: number;
  /** In radians. */
  readonly longitude: number;
}

/** All airports. */
export interface Airports {
  /** By index. */
  readonly list: readonly Airport[];
  /** By packed code, see {@link packCode}. */
  readonly byCode: ReadonlyMap<number, Airport>;
}

/** Names and cities may be quoted and hold commas, so what follows them is found from the end of the line. */
const airportLine = /^(?<code>\w{3,4}),.*,(?<state>\w*),[^,]*,(?<latitude>[-\d.]+),(?<longitude>[-\d.]+)$/;

/** Reads a CSV file of airports: code, name, city, state, country, latitude, longitude. */
export async function readAirports(path: string): Promise<Airports> {
  const [, ...lines] = (await readFile(path, 'utf8')).trimEnd().split(/\r?\n/);
  const list = lines.map(toAirport);
  return { list, byCode: new Map(list.map((airport) => [Buffer.from(airport.code).reduce(packCode, 0), airport])) };
}

/** Appends a byte to a code of up to four, packed into an integer: that is quicker to look up than a string. */
export const packCode = (code: number, byte: number): number => (code << 8) | byte;

/** A route as an integer, for the same reason. */
export const packRoute = (origin: Airport, destination: Airport): number => (origin.index << 16) | destination.index;

/** The name of a packed route: `LAX-JFK`. */
export const routeName = (route: number, { list }: Airports): string =>
  `${String(list[route >> 16]?.code)}-${String(list[route & 0xffff]?.code)}`;

function toAirport(line: string, index: number): Airport {
  const { code, state, latitude, longitude } = airportLine.exec(line)?.groups ?? {};
  if (code === undefined || state === undefined) throw new Error(`not an airport: ${line}`);

  return { index, code, state, latitude: toRadians(latitude), longitude: toRadians(longitude) };
}

const toRadians = (degrees: string | undefined): number => (Number(degrees) * Math.PI) / 180;
