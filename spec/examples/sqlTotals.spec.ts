import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readAirports } from '../../examples/flights/airports.ts';
import { cleanBlock } from '../../examples/flights/cleanBlock.ts';
import { differences } from '../../examples/flights/differences.ts';
import { sqlTotals } from '../../examples/flights/sqlTotals.ts';
import { reasons } from '../../examples/flights/totals.ts';

const airportLines = [
  'iata,name,city,state,country,latitude,longitude',
  'LAX,Los Angeles International,Los Angeles,CA,USA,33.94253611,-118.4080744',
  'JFK,John F Kennedy Intl,New York,NY,USA,40.63975111,-73.77892556',
];

/** Each field as it should be, and as it should not. */
const times = [
  '2001-01-01 00:00:00',
  '2001-06-30 23:59:59',
  '2001-07-01 00:00:00',
  '2001-02-29 01:00:00',
  '2001-01-01 24:00:00',
  '1',
];
const delays = ['-121', '-120', '-1', '-0', '14', '15', '59', '060', '1379', '1380', '', '+1', '100000'];
const miles = ['2475', '02475', '2425', '2426', '2550', '-2475', '0', 'x'];
const routes = [
  'LAX,JFK',
  'JFK,LAX',
  'LAX,LAX',
  'XXX,JFK',
  'LAX,',
  'LAX',
  'LAX,JFK,',
  '"LAX",JFK',
  'XLAX,JFK',
  ' LAX,JFK',
];
const newMemory = (byteLength: number): Uint8Array => new Uint8Array(byteLength);
const rows = times.flatMap((time) =>
  delays.flatMap((delay) => miles.flatMap((mile) => routes.map((route) => [time, delay, mile, route].join(',')))),
);

describe('sqlTotals', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sql-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const lineEnd of ['\n', '\r\n', '\n\n']) {
    it(`finds of good and bad rows what we find, with ${JSON.stringify(lineEnd)} between them`, async () => {
      const csv = join(folder, "flights 'a'.csv");
      const airportsCsv = join(folder, 'airports.csv');
      await writeFile(csv, rows.join(lineEnd));
      await writeFile(airportsCsv, airportLines.join('\n'));

      const airports = await readAirports(airportsCsv);
      const { totals } = cleanBlock(Buffer.from(rows.join(lineEnd)), airports, newMemory);

      expect([...totals.rejects.keys()]).to.have.members(Object.keys(reasons));
      expect(differences(totals, await sqlTotals({ csv, airportsCsv }), airports)).to.deep.equal([]);
    });
  }
});
