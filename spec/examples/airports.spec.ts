import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { packCode, packRoute, readAirports, routeName, type Airports } from '../../examples/flights/airports.ts';
import { greatCircle } from '../../examples/flights/greatCircle.ts';

const read = async (...lines: string[]): Promise<Airports> => {
  const folder = await mkdtemp(join(tmpdir(), 'airports-'));
  try {
    await writeFile(join(folder, 'file'), ['iata,name,city,state,country,latitude,longitude', ...lines, ''].join('\n'));
    return await readAirports(join(folder, 'file'));
  } finally {
    await rm(folder, { recursive: true });
  }
};
const lax = 'LAX,Los Angeles International,Los Angeles,CA,USA,33.94253611,-118.4080744';
const jfk = 'JFK,John F Kennedy Intl,New York,NY,USA,40.63975111,-73.77892556';

describe('readAirports', () => {
  it('finds an airport by its packed code', async () => {
    const { byCode, list } = await read(jfk, lax);
    expect(byCode.get([...Buffer.from('LAX')].reduce(packCode, 0))).to.equal(list[1]);
    expect(list[1]).to.include({ index: 1, code: 'LAX', state: 'CA' });
  });

  it('is not misled by commas and quotes in names', async () => {
    const { list } = await read('53A,"Dr. C.P. ""Bud"" Savage, Sr.",Montezuma,GA,USA,32.302,-84.00747222');
    expect(list[0]).to.include({ code: '53A', state: 'GA' });
  });

  it('fails at a line that is not an airport', async () => {
    const error: unknown = await read(lax, 'JFK,New York').catch((reason: unknown) => reason);
    expect(error).to.have.property('message', 'not an airport: JFK,New York');
  });

  it('names routes', async () => {
    const airports = await read(lax, jfk);
    const [a, b] = airports.list;
    if (a === undefined || b === undefined) throw new Error('two airports were written');
    expect(routeName(packRoute(a, b), airports)).to.equal('LAX-JFK');
    expect(routeName(packRoute(b, a), airports)).to.equal('JFK-LAX');
  });
});

describe('greatCircle', () => {
  it('is the same both ways, and nothing to where one is', async () => {
    const [a, b] = (await read(lax, jfk)).list;
    if (a === undefined || b === undefined) throw new Error('two airports were written');
    expect(greatCircle(a, b)).to.be.closeTo(3974.3, 1);
    expect(greatCircle(b, a)).to.equal(greatCircle(a, b));
    expect(greatCircle(a, a)).to.equal(0);
  });
});
