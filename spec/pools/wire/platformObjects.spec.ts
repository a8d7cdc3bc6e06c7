import { Serializer } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { expect } from 'chai';
import { parallel, ParallelError, ProcessPool, TaskCloneError, ThreadPool } from '../../../src/index.ts';
import { toBytes } from '../../../src/pools/wire/node/bytes.ts';
import { mayHoldEmptyObject } from '../../../src/pools/wire/node/mayHoldEmptyObject.ts';
import { errorOf } from '../../support/settle.ts';

const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

/** How to make an object of each kind; sent to the worker as text, too. */
const KINDS: Readonly<Record<string, () => object | Promise<object>>> = {
  Blob: () => new Blob(['abc']),
  File: () => new (process.getBuiltinModule('node:buffer').File)(['abc'], 'a.txt'),
  URL: () => new URL('https://example.org/'),
  URLSearchParams: () => new URLSearchParams('a=1'),
  Headers: () => new Headers({ a: '1' }),
  FormData: () => new (FormData as unknown as new () => object)(),
  Request: () => new Request('https://example.org/'),
  Response: () => new Response('abc'),
  KeyObject: () => process.getBuiltinModule('node:crypto').createSecretKey(new Uint8Array(16)),
  CryptoKey: () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']),
  BlockList: () => new (process.getBuiltinModule('node:net').BlockList)(),
  SocketAddress: () => new (process.getBuiltinModule('node:net').SocketAddress)({}),
  Histogram: () => process.getBuiltinModule('node:perf_hooks').createHistogram({}),
  AbortSignal: () => new AbortController().signal,
  EventTarget: () => new EventTarget(),
  ReadableStream: () => new ReadableStream(),
  WritableStream: () => new WritableStream(),
  TransformStream: () => new TransformStream(),
  MessagePort: () => new MessageChannel().port1,
  MessageEvent: () => new MessageEvent('message', { data: 1 }),
  Event: () => new Event('a'),
  TextDecoder: () => new TextDecoder(),
  WeakMap: () => new WeakMap(),
  Promise: () => [Promise.resolve(1)],
  'an instance of a class without fields': () =>
    new (class Nothing {
      give(): void {
        // It has no state.
      }
    })(),
  'an instance of a class with private fields': () =>
    new (class Hidden {
      readonly #n = 1;
      get n(): number {
        return this.#n;
      }
    })(),
  'an object without properties': () => ({}),
  'an object without a prototype': () => Object.create(null) as object,
  Date: () => new Date(0),
  RegExp: () => /a/,
  Error: () => new RangeError('a'),
  Map: () => new Map([['b', {}]]),
  Number: () => Object(1) as object,
};

/** The outcome of a value that is sent to a thread: its class, or that it cannot be sent. */
function inThread(value: unknown): unknown {
  try {
    return (structuredClone(value) as object).constructor;
  } catch {
    return TaskCloneError;
  }
}

/** Threads clone these, which stay within one process. */
const OF_ONE_PROCESS = /^(Blob|File|BlockList|SocketAddress|\w*CryptoKey|\w*KeyObject|\w*Histogram)$/;

function inProcess(value: unknown): unknown {
  const there = inThread(value) as { readonly name: string };
  return OF_ONE_PROCESS.test(there.name) ? TaskCloneError : there;
}

for (const [kind, expected] of [
  ['thread', inThread],
  ['process', inProcess],
] as const)
  describe(`objects that Node keeps the state of (${kind})`, function () {
    this.timeout(60_000);
    const pool = new { thread: ThreadPool, process: ProcessPool }[kind]({ workers: 1, execArgv: fast });
    const config = { pool, chunkSize: 4, onError: 'return' } as const;
    after(() => pool.close());

    for (const [name, make] of Object.entries(KINDS))
      it(`arrive as they are, or fail their item: ${name}`, async () => {
        const value = await make();
        const nested: Readonly<Record<string, (held: unknown) => unknown>> = {
          'by itself': (held) => held,
          'in an array': (held) => [{}, held],
          'in an object': (held) => ({ a: { b: held } }),
          'in a Map': (held) => new Map([['a', { held }]]),
        };
        const back = (received: unknown): string => {
          const entry = received instanceof Map ? (received.get('a') as { held: object } | undefined) : undefined;
          const part = entry?.held ?? received;
          const inner = Array.isArray(part) && part.length === 2 ? (part[1] as object) : part;
          const found = (inner as { a?: { b: object } }).a?.b ?? (inner as object);
          return (found as { constructor?: { name: string } }).constructor?.name ?? '';
        };
        const wanted = (expected(value) as { name: string }).name;

        for (const [how, hold] of Object.entries(nested)) {
          const sent = await parallel(back, [1, hold(value), 2], config);
          const names = sent.map((result) => (result instanceof ParallelError ? result.name : result));
          expect(names, how).to.deep.equal(['Number', wanted === 'Array' ? 'Array' : wanted, 'Number']);
        }

        const given = await parallel(
          async (n: number, text: string) => (n === 1 ? await ((0, eval)(`(${text})`) as () => unknown)() : n),
          [0, 1, 2],
          { ...config, args: [make.toString()] },
        );
        expect([given[0], given[2]]).to.deep.equal([0, 2]);
        expect((given[1] as object).constructor).to.equal(
          expected(value) === TaskCloneError ? TaskCloneError : inThread(value),
        );
      });

    it('fail the run as arguments, and the pool as those of its initializer', async () => {
      const blob = new Blob(['abc']);
      const size = (_: number, held: { readonly blob: Blob }): number => held.blob.size;
      const run = parallel(size, [0], { pool, args: [{ blob }] });
      if (kind === 'thread') {
        expect(await run).to.deep.equal([3]);
        return;
      }
      expect(await errorOf(run))
        .to.be.instanceOf(TaskCloneError)
        .with.property('message')
        .that.includes('Blob');
      expect(() => new ProcessPool({ initializer: (held: Blob) => held.size, initArgs: [blob] })).to.throw(
        TaskCloneError,
      );
    });

    it('fail their item as yields, and are told as text in errors', async () => {
      function* give(n: number): Generator {
        yield 1;
        if (n === 1) yield [new Blob(['abc'])];
      }
      const yields = await parallel(give, [0, 1], config);
      expect(yields.slice(0, 2)).to.deep.equal([1, 1]);
      if (kind === 'process') expect(yields[2]).to.be.instanceOf(TaskCloneError).and.include({ index: 1 });

      const [error] = await parallel(
        (n: number): number => {
          throw Object.assign(new Error('with a blob'), { n, blob: new Blob(['abc']) });
        },
        [0],
        config,
      );
      const { cause } = error as ParallelError & { cause: { message: string; blob: unknown } };
      expect(cause.message).to.equal('with a blob');
      if (kind === 'process') expect(cause.blob).to.be.a('string').that.includes('Blob');
      else expect(cause.blob).to.be.instanceOf(Blob);
    });
  });

const holdsEmpty = (value: unknown): boolean => {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return mayHoldEmptyObject(value, serializer.releaseBuffer());
};

describe('the search for objects without properties', () => {
  const filler: Readonly<Record<string, unknown>> = {
    nothing: '',
    numbers: Array.from({ length: 60_000 }, (_, n) => n / 7),
    'text of one byte a character': 'o{ the fox '.repeat(40_000),
    'text of two bytes a character': 'o{ €'.repeat(60_000),
    bytes: new Uint8Array(300_000).map((_, n) => n * 31),
    braces: '{'.repeat(300_000),
    'short texts': Array.from({ length: 20_000 }, (_, n) => `{${String(n)}}`),
  };
  for (const [name, held] of Object.entries(filler)) {
    it(`finds one wherever it is, beside ${name}`, () => {
      for (const empty of [{}, new Map([[1, [{}]]]), Object.create(Map.prototype) as object])
        for (const value of [{ empty, held }, { held, empty }, [held, empty, held], { items: [[held], [[empty]]] }])
          expect(holdsEmpty(value)).to.equal(true);
    });

    it(`finds none in ${name}`, () => {
      for (const value of [{ held }, { items: [held, [held]] }, [held], new Map([[held, { a: held }]])])
        expect(holdsEmpty(value)).to.equal(false);
    });
  }

  it('finds one at each place of large messages', () => {
    for (let length = 2 ** 17 - 40; length < 2 ** 17 + 10; length += 1)
      expect(
        holdsEmpty({ text: 'a'.repeat(length), a: { b: {} }, more: 'a'.repeat(100_000) }),
        String(length),
      ).to.equal(true);
  });
});

const refuses = (value: unknown): boolean => {
  try {
    toBytes(value);
    return false;
  } catch {
    return true;
  }
};

describe('bytes for a process', () => {
  for (const [place, hold] of Object.entries<(held: unknown) => unknown>({
    'a named property of an array': (held) => Object.assign([1], { held }),
    'an accessor': (held) => ({
      get held() {
        return held;
      },
    }),
    'an instance of a class': (held) =>
      new (class Holder {
        readonly held = held;
      })(),
    'an object without a prototype': (held) => Object.assign(Object.create(null) as object, { held }),
    'a key of a Map': (held) => new Map([[held, 1]]),
    'a Set in itself': (held) => {
      const set = new Set<unknown>();
      return set.add(set).add(held);
    },
  }))
    it(`are refused for a Blob in ${place}`, () => {
      expect(refuses(hold({ a: 1 }))).to.equal(false);
      expect(refuses(hold({}))).to.equal(false);
      expect(refuses(hold(new Blob(['abc'])))).to.equal(true);
    });

  it('are not refused for a Blob in what is not written', () => {
    const blob = new Blob(['abc']);
    const withoutPrototype = Object.assign(Object.create(null) as object, { blob });
    expect(refuses([{}, Object.create({ blob }) as object, Object.create(withoutPrototype) as object])).to.equal(false);
    for (const carrier of [new Date(0), /a/, new Error('a'), Object(1) as object, new Map(), new Uint8Array(2)])
      expect(refuses([{}, Object.assign(carrier, { blob })]), carrier.constructor.name).to.equal(false);
  });

  it('are not looked through where no object without properties is written', () => {
    let reads = 0;
    const value = {
      text: '{\0o{o',
      get counted() {
        reads += 1;
        return { reads };
      },
    };
    toBytes({ items: [value] });
    expect(reads).to.equal(1);
  });
});
