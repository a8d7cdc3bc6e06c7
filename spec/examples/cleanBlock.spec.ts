import { expect } from 'chai';
import { packCode, type Airport, type Airports } from '../../examples/flights/airports.ts';
import { cleanBlock, type CleanedBlock } from '../../examples/flights/cleanBlock.ts';
import { entriesOf } from '../../examples/flights/tallies.ts';
import { addTotals, countRows, emptyTotals } from '../../examples/flights/totals.ts';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const list: Airport[] = [
  { index: 0, code: 'LAX', state: 'CA', latitude: radians(33.94253611), longitude: radians(-118.4080744) },
  { index: 1, code: 'JFK', state: 'NY', latitude: radians(40.63974111), longitude: radians(-73.77892556) },
];
const airports: Airports = {
  list,
  byCode: new Map(list.map((airport) => [Buffer.from(airport.code).reduce(packCode, 0), airport])),
};

const newMemory = (byteLength: number): Uint8Array => new Uint8Array(byteLength);
const clean = (text: string): CleanedBlock => cleanBlock(Buffer.from(text), airports, newMemory);
const cleaned = (text: string): string => Buffer.from(clean(text).text).toString();
const rejected = (row: string): string[] => [...clean(row).totals.rejects.keys()];

const good = '2001-03-04 05:06:00,7,2475,LAX,JFK';
const goodCleaned = '2001-03-04T05:06,LAX,CA,JFK,NY,3974,7,on time\n';

describe('cleanBlock', () => {
  it('joins a row with its airports, and gives its distance and how late it is', () => {
    expect(cleaned(`${good}\n`)).to.equal(goodCleaned);
  });

  it('keeps the order of the rows', () => {
    expect(cleaned(`${good}\n2001-03-04 05:06:00,-1,2475,JFK,LAX\n${good}\n`)).to.equal(
      `${goodCleaned}2001-03-04T05:06,JFK,NY,LAX,CA,3974,-1,early\n${goodCleaned}`,
    );
  });

  it('reads a last line without an end, line ends of other systems, and over empty lines', () => {
    for (const text of [good, `${good}\r\n`, `${good}\r`, `\n\n${good}\n\n`, `\r\n${good}\r\n\r\n`]) {
      expect(cleaned(text), JSON.stringify(text)).to.equal(goodCleaned);
      expect(countRows(clean(text).totals)).to.deep.equal({ accepted: 1, rejected: 0 });
    }
  });

  it('makes nothing of nothing', () => {
    expect(cleaned('')).to.equal('');
    expect(countRows(clean('').totals)).to.deep.equal({ accepted: 0, rejected: 0 });
  });

  const classes = {
    '-120': 'early',
    '-1': 'early',
    0: 'on time',
    14: 'on time',
    15: 'late',
    59: 'late',
    60: 'very late',
    1379: 'very late',
  };
  for (const [delay, name] of Object.entries(classes)) {
    it(`calls a delay of ${delay} min ${name}`, () => {
      expect(cleaned(`2001-03-04 05:06:00,${delay},2475,LAX,JFK`)).to.equal(
        `2001-03-04T05:06,LAX,CA,JFK,NY,3974,${delay},${name}\n`,
      );
    });
  }

  const badRows = {
    form: [
      'x',
      ' ',
      ',,,,',
      '2001-03-04 05:06:00,7,2475,LAX',
      '2001-03-04 05:06:00,7,2475,LAX,JFK,',
      '2001-03-04 05:06:00,,2475,LAX,JFK',
      '2001-03-04 05:06:00,7.5,2475,LAX,JFK',
      '2001-03-04 05:06:00,--7,2475,LAX,JFK',
      '2001-03-04 05:06:00,100000,2475,LAX,JFK',
      '2001-03-04 05:06:00,7,far,LAX,JFK',
      '2001-03-04T05:06:00,7,2475,LAX,JFK',
      '2001-3-4 05:06:00,7,2475,LAX,JFK',
      '"2001-03-04 05:06:00",7,2475,LAX,JFK',
      '2001-03-04 05:06',
    ],
    time: [
      '2000-12-31 23:59:00,7,2475,LAX,JFK',
      '2001-07-01 00:00:00,7,2475,LAX,JFK',
      '2001-02-29 05:06:00,7,2475,LAX,JFK',
      '2001-00-04 05:06:00,7,2475,LAX,JFK',
      '2001-13-04 05:06:00,7,2475,LAX,JFK',
      '2001-03-00 05:06:00,7,2475,LAX,JFK',
      '2001-03-04 24:00:00,7,2475,LAX,JFK',
      '2001-03-04 05:60:00,7,2475,LAX,JFK',
      '2001-03-04 05:06:60,7,2475,LAX,JFK',
    ],
    airport: [
      '2001-03-04 05:06:00,7,2475,XXX,JFK',
      '2001-03-04 05:06:00,7,2475,LAX,XXX',
      '2001-03-04 05:06:00,7,2475,lax,JFK',
      '2001-03-04 05:06:00,7,2475,LAX,',
      '2001-03-04 05:06:00,7,2475,XLAX,JFK',
      '2001-03-04 05:06:00,7,2475,XXLAX,JFK',
      '2001-03-04 05:06:00,7,2475,LAX,JFK ',
    ],
    route: ['2001-03-04 05:06:00,7,0,LAX,LAX'],
    distance: [
      '2001-03-04 05:06:00,7,2400,LAX,JFK',
      '2001-03-04 05:06:00,7,2550,LAX,JFK',
      '2001-03-04 05:06:00,7,-2475,LAX,JFK',
    ],
    delay: ['2001-03-04 05:06:00,-121,2475,LAX,JFK', '2001-03-04 05:06:00,1380,2475,LAX,JFK'],
  };
  for (const [reason, rows] of Object.entries(badRows)) {
    for (const row of rows) {
      it(`rejects '${row}' for its ${reason}`, () => {
        expect(rejected(row)).to.deep.equal([reason]);
        expect(cleaned(`${good}\n${row}\n${good}\n`)).to.equal(goodCleaned.repeat(2));
      });
    }
  }

  it('rejects for the first fault where there are several', () => {
    expect(rejected('2001-13-04 05:06:00,9999,1,XXX,XXX')).to.deep.equal(['time']);
    expect(rejected('2001-03-04 05:06:00,9999,1,LAX,JFK')).to.deep.equal(['distance']);
  });

  it('counts the rejected by reason, and shows the first', () => {
    const { totals } = clean('first\r\nsecond\n2001-03-04 05:06:00,1380,2475,LAX,JFK\n');
    expect([...totals.rejects]).to.deep.equal([
      ['form', { count: 2, example: 'first' }],
      ['delay', { count: 1, example: '2001-03-04 05:06:00,1380,2475,LAX,JFK' }],
    ]);
  });

  it('sums up by route and by hour', () => {
    const { totals } = clean(`${good}\n2001-03-05 05:10:00,-3,2475,LAX,JFK\n2001-03-05 17:10:00,75,2475,JFK,LAX\n`);
    expect(entriesOf(totals.routes)).to.deep.equal([
      [1, [2, 4, 7948, 1, 1, 0, 0]],
      [0x10000, [1, 75, 3974, 0, 0, 0, 1]],
    ]);
    expect(entriesOf(totals.hours)).to.deep.equal([
      [5, [2, 4, 7948, 1, 1, 0, 0]],
      [17, [1, 75, 3974, 0, 0, 0, 1]],
    ]);
  });

  it('finds of two blocks together what it finds of one', () => {
    const rows = [good, 'x', '2001-03-05 17:10:00,75,2475,JFK,LAX', good, 'y', '2001-03-05 17:10:00,1,2475,LAX,JFK'];
    const parts = emptyTotals();
    for (const part of [rows.slice(0, 3), rows.slice(3)]) addTotals(parts, clean(part.join('\n')).totals);

    const whole = clean(rows.join('\n')).totals;
    expect(entriesOf(parts.routes)).to.deep.equal(entriesOf(whole.routes));
    expect(entriesOf(parts.hours)).to.deep.equal(entriesOf(whole.hours));
    expect(parts.rejects).to.deep.equal(whole.rejects);
  });

  it('writes as much as it must', () => {
    const wordy: Airports = {
      list,
      byCode: new Map(
        [...airports.byCode].map(([code, airport]) => [code, { ...airport, state: 'a state with a long name' }]),
      ),
    };
    const { text } = cleanBlock(Buffer.from(`${good}\n`.repeat(100)), wordy, newMemory);
    expect(Buffer.from(text).toString()).to.equal(
      '2001-03-04T05:06,LAX,a state with a long name,JFK,a state with a long name,3974,7,on time\n'.repeat(100),
    );
  });
});
