import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import {
  LocalPool,
  parallel,
  parallelGen,
  ProcessPool,
  runProcs$,
  ThreadPool,
  type ParallelConfig,
  type Pool,
} from '../../src/index.ts';
import { VirtualPool } from '../../src/testing.ts';
import { from } from 'rxjs';

const fast = ['--enable-source-maps', '--import', new URL('../support/register.js', import.meta.url).href];

/** What a Buffer is where it arrives. Sent to workers as text. */
const kindsOf = (held: unknown): unknown => {
  const kinds = (part: unknown): unknown => {
    if (ArrayBuffer.isView(part)) return `${part.constructor.name} ${[...(part as Uint8Array)].join(',')}`;
    if (part instanceof Map) return [...part].map(kinds);
    if (part instanceof Set) return [...part].map(kinds);
    if (Array.isArray(part)) return part.map(kinds);
    if (typeof part === 'object' && part !== null) return Object.values(part).map(kinds);
    return part;
  };
  return kinds(held);
};
const back = (held: unknown): unknown => held;

/** Two of each: one in Node's shared memory, one in its own. */
const buffers = (): readonly Buffer[] => [Buffer.from('hi'), Buffer.alloc(2, 7)];
const HELD: Readonly<Record<string, (buffer: Buffer) => unknown>> = {
  'by itself': (buffer) => buffer,
  'in an array': (buffer) => [1, [buffer]],
  'in an object': (buffer) => ({ n: 1, a: { buffer } }),
  'in a Map': (buffer) => new Map([[buffer, { buffer }]]),
  'in a Set': (buffer) => new Set([buffer]),
  'in an object without a prototype': (buffer) => Object.assign(Object.create(null) as object, { buffer }),
};

const pools: Readonly<Record<string, () => ParallelConfig & { readonly pool?: Pool | 'thread' | 'process' }>> = {
  'a thread': () => ({ pool: new ThreadPool({ workers: 1, execArgv: fast }) }),
  'a process': () => ({ pool: new ProcessPool({ workers: 1, execArgv: fast }) }),
  'serial mode': () => ({ workers: 0 }),
  'serial mode of processes': () => ({ workers: 0, pool: 'process' }),
  'a pool without workers': () => ({ pool: new ThreadPool({ workers: 0 }) }),
  'the serial side of a pool': () => ({ workers: 0, pool: new ProcessPool({ workers: 2 }) }),
  'virtual time': () => ({ pool: new VirtualPool({ workers: 2, duration: () => 0 }) }),
};

for (const [place, open] of Object.entries(pools))
  describe(`a Buffer that goes to ${place} and back`, function () {
    this.timeout(60_000);
    let config: ParallelConfig & { readonly pool?: Pool | 'thread' | 'process' };
    before(() => (config = open()));
    after(() => (typeof config.pool === 'object' ? config.pool.close() : undefined));

    for (const [how, hold] of Object.entries(HELD))
      it(`is a Uint8Array of the same bytes: ${how}`, async () => {
        const items = buffers().map(hold);
        const wanted = buffers().map((buffer) => kindsOf(hold(new Uint8Array(buffer) as Buffer)));

        expect(await parallel(kindsOf, items, config)).to.deep.equal(wanted);
        expect((await parallel(back, items, config)).map(kindsOf)).to.deep.equal(wanted);
      });

    // In virtual time, no task is awaited.
    if (place !== 'virtual time')
      it('is one as a result that is awaited', async () => {
        const items = buffers();
        const wanted = items.map((buffer) => kindsOf(new Uint8Array(buffer)));
        expect((await parallel(async (held: unknown) => await held, items, config)).map(kindsOf)).to.deep.equal(wanted);
      });

    it('is one as an argument, a yield, and in a batch', async () => {
      const [text, own] = buffers() as [Buffer, Buffer];
      const plain = new Uint8Array(own);
      const named = (n: number, held: { readonly own: Uint8Array }): string => held.own.constructor.name + String(n);
      expect(await parallel(named, [1, 2], { ...config, args: [{ own }] })).to.deep.equal([
        'Uint8Array1',
        'Uint8Array2',
      ]);

      function* yielding(held: unknown): Generator {
        yield held;
        yield [held];
      }
      expect((await parallel(yielding, [own], config)).map(kindsOf)).to.deep.equal([kindsOf(plain), [kindsOf(plain)]]);
      function* batch(held: readonly unknown[]): Generator {
        for (const one of held) yield (one as object).constructor.name;
      }
      const results = await lastValueFrom(from([text, own]).pipe(parallelGen(batch, config), toArray()));
      expect(results.map(([, name]) => name)).to.deep.equal(['Uint8Array', 'Uint8Array']);
    });
  });

describe('a Buffer that stays in this thread', () => {
  for (const [name, config] of Object.entries({
    'local by name': () => ({ pool: 'local' as const }),
    'local by name, without workers': () => ({ pool: 'local' as const, workers: 0 }),
    'a LocalPool': () => ({ pool: new LocalPool({ workers: 2 }) }),
    'the serial side of a LocalPool': () => ({ pool: new LocalPool({ workers: 2 }), workers: 0 }),
  }))
    it(`is the very object: ${name}`, async () => {
      const items = Object.values(HELD).flatMap((hold) => buffers().map(hold));
      expect(await parallel(back, items, config())).to.deep.equal(items);
      const [first] = items;
      expect((await parallel(back, items, config()))[0]).to.equal(first);
    });
});

describe('serial mode', () => {
  it('hands over what holds no Buffer as the very object', async () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const held = { call: () => 1, text: 'a' };
    const items = [cycle, held, new Map([[1, held]]), new Float64Array(2), new Uint8Array(2), new Date(0)];
    for (const [at, result] of (await parallel(back, items, { workers: 0 })).entries())
      expect(result).to.equal(items[at]);
  });

  it('keeps what is beside a Buffer: functions, cycles, and what it shares', async () => {
    const buffer = Buffer.from('a');
    const call = (): number => 1;
    interface Held {
      self?: Held;
      readonly buffer: Uint8Array;
      readonly call: () => number;
      readonly both: readonly object[];
    }
    const shared = {};
    const held: Held = { buffer, call, both: [shared, shared] };
    held.self = held;
    const [result] = (await parallel(back, [held], { workers: 0 })) as [Held];
    expect(result.self).to.equal(result);
    expect(result.call).to.equal(call);
    expect(result.both[0]).to.equal(result.both[1]);
    expect(result.buffer.constructor).to.equal(Uint8Array);
    expect(result.buffer.buffer).to.equal(buffer.buffer);
    expect(held.buffer).to.equal(buffer);
  });

  it('gives an initializer what a worker would', async () => {
    const seen: string[] = [];
    const pool = new ThreadPool({
      workers: 0,
      initializer: (held: { readonly bytes: Uint8Array }) => void seen.push(held.bytes.constructor.name),
      initArgs: [{ bytes: Buffer.from('a') }],
    });
    await parallel(back, [1], { pool });
    await pool.close();
    expect(seen).to.deep.equal(['Uint8Array']);
  });
});

describe('processes of their own', function () {
  this.timeout(60_000);

  it('take a Buffer, and give one, as a Uint8Array', async () => {
    const results = await lastValueFrom(runProcs$(kindsOf, buffers().slice(0, 1)).pipe(toArray()));
    expect(results).to.deep.equal([[0, 'Uint8Array 104,105']]);
  });
});
