import { alternate, timed } from './alternate.mjs';
import { contenders } from './contenders.mjs';

const PEERS = ['workerpool', 'piscina', 'tinypool', 'poolifier', 'jest-worker'];
/** A call per item costs the peers up to 100 µs: fewer items give the same cost per item, in less time. */
const MOST_FOR_PEERS = 20_000;

/** The others cost the same in long runs as in short ones. */
const LONG = ['plain loop', 'raw batches', 'rxjs-parallel'];

const numbers = (length) => Array.from({ length }, (_, n) => n);
const doubles = (length) => Float64Array.from({ length }, (_, n) => n / 2);
const fields = (length) =>
  numbers(length).map((n) => ({
    a: n,
    b: `b${n}`,
    c: true,
    d: n / 2,
    e: null,
    f: 'f',
    g: [n],
    h: { n },
    i: -n,
    j: 'j',
  }));
const strings = (length) => numbers(length).map((n) => String(n).padEnd(1024, 'x'));
const buffers = (length) => numbers(length).map(() => new ArrayBuffer(4 * 2 ** 20));

/** Named by what is done with an item: how many there are, and which task. */
export const cases = [
  { name: 'empty task, integers', task: 'us0', items: numbers, length: 500_000 },
  { name: 'Float64Array, x * 2 + 1', task: 'linear', items: doubles, length: 1_000_000 },
  { name: '1 µs', task: 'us1', items: numbers, length: 300_000 },
  { name: '10 µs', task: 'us10', items: numbers, length: 100_000 },
  { name: '100 µs', task: 'us100', items: numbers, length: 10_000 },
  { name: '1000 µs', task: 'us1000', items: numbers, length: 1000 },
  { name: '10 µs, runs of 2 s', task: 'us10', items: numbers, length: 400_000, only: LONG },
  { name: '100 µs, runs of 2 s', task: 'us100', items: numbers, length: 40_000, only: LONG },
  { name: 'empty task, objects of ten fields', task: 'same', items: fields, length: 100_000 },
  { name: 'empty task, strings of 1 KB', task: 'same', items: strings, length: 50_000 },
  { name: 'buffers of 4 MB, copied', task: 'length', items: buffers, length: 40 },
  { name: 'buffers of 4 MB, moved', task: 'length', items: buffers, length: 40, transfer: (item) => [item] },
];

/** Microseconds an item, of all contenders; efficiency, and the ratio to batches by hand, of the medians. */
export async function throughput({ task, items, length, transfer, only }, { rounds, workers }) {
  const wanted = Object.entries(contenders).filter(([name]) => only?.includes(name) ?? true);
  const open = Object.fromEntries(wanted.map(([name, make]) => [name, make(workers)]));
  const variants = {};
  for (const [name, contender] of Object.entries(open)) {
    // It copies whatever it is given, and says so.
    if (transfer !== undefined && name === 'jest-worker') continue;
    const count = PEERS.includes(name) ? Math.min(length, MOST_FOR_PEERS) : length;
    const measure = async () => {
      // They call `map` of the items for promises, which only an array has.
      const all = PEERS.includes(name) ? [...items(count)] : items(count);
      return ((await timed(() => contender.map(task, all, transfer))) / count) * 1000;
    };
    await contender.map(task, [...items(Math.min(count, 1000))], transfer);
    variants[name] = measure;
  }
  const measured = await alternate(rounds, variants);
  for (const contender of Object.values(open)) await contender.close();

  const serial = measured['plain loop'].median;
  const raw = measured['raw batches'].median;
  return Object.entries(measured).map(([name, { median, low, high, values }]) => ({
    name,
    us: median,
    low,
    high,
    efficiency: serial / (workers * median),
    ofRaw: raw / median,
    values,
  }));
}
