import { expect } from 'chai';
import { parallel, parallel$, ProcessPool, ThreadPool } from '../../../src/index.ts';
import { lastValueFrom, toArray } from 'rxjs';
import { ResultBuffer } from '../../../src/pools/worker-side/ResultBuffer.ts';
import type { WorkerEvent } from '../../../src/pools/wire/messages.ts';
import { toBytes } from '../../../src/pools/wire/node/bytes.ts';
import { encodeError } from '../../../src/tasks/errors/encodeError.ts';

const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];
const MB = 1_000_000;

describe('a message to or from a process', () => {
  it('is refused before it is sent, if it has more bytes than Node can read', () => {
    expect(toBytes(new Uint8Array(1000), 2000))
      .to.have.property('length')
      .that.is.within(1000, 1020);
    expect(() => toBytes(new Uint8Array(3000), 2000)).to.throw(
      RangeError,
      /^it has 30\d\d bytes, and a message between processes has 2000 at most$/,
    );
  });
});

describe('results that wait to be sent', () => {
  const buffer = (max: number): { buffer: ResultBuffer; sent: WorkerEvent[] } => {
    const sent: WorkerEvent[] = [];
    const emit = (event: WorkerEvent): void => {
      toBytes(event, max);
      sent.push(event);
    };
    return { buffer: new ResultBuffer({ emit }, (thrown) => encodeError(thrown, () => true)), sent };
  };
  const sizes = (sent: readonly WorkerEvent[]): number[] =>
    sent.map((event) => (event.kind === 'settled' ? event.values.length + (event.yields?.values.length ?? 0) : NaN));

  for (const [what, make] of Object.entries({
    'byte arrays': (n: number): unknown => new Uint8Array(n),
    buffers: (n: number): unknown => new ArrayBuffer(n),
    'views of a larger buffer': (n: number): unknown => new Uint8Array(new ArrayBuffer(n), 8, 8),
    texts: (n: number): unknown => 'x'.repeat(n),
  }))
    it(`are full when they are large: ${what}`, () => {
      const { buffer: results } = buffer(Infinity);
      const full = Array.from({ length: 8 }, (_, at) => {
        results.add(at, make(5 * MB));
        const isFull = results.full;
        if (isFull) results.flush();
        return isFull;
      });
      expect(full).to.deep.equal([false, false, false, true, false, false, false, true]);
    });

  it('are full of yields as well', () => {
    const { buffer: results } = buffer(Infinity);
    results.addYield(0, new Uint8Array(10 * MB));
    expect(results.full).to.equal(false);
    results.addYield(0, new Uint8Array(10 * MB));
    expect(results.full).to.equal(true);
  });

  it('go one by one where they are too large together, and one that is too large alone is an error of its item', () => {
    const { buffer: results, sent } = buffer(10_000);
    for (const [at, size] of [4000, 20_000, 4000, 4000].entries()) results.add(at, { held: new Uint8Array(size) });
    results.flush();
    expect(sizes(sent)).to.deep.equal([1, 1, 1, 1]);
    expect(sent.map((event) => (event.kind === 'settled' ? event.errors?.[0]?.kind : ''))).to.deep.equal([
      undefined,
      'clone',
      undefined,
      undefined,
    ]);
  });
});

for (const kind of ['thread', 'process'] as const)
  describe(`large results of a ${kind}`, function () {
    this.timeout(60_000);
    const pool = new { thread: ThreadPool, process: ProcessPool }[kind]({ workers: 1, execArgv: fast });
    after(() => pool.close());

    it('arrive in order, those of two runs on one pool, of results and of yields', async () => {
      const give = (n: number): { readonly n: number; readonly bytes: Uint8Array } | Uint8Array =>
        n % 2 === 0 ? new Uint8Array(6_000_000).fill(n) : { n, bytes: new Uint8Array(6_000_000) };
      const first = (value: unknown): number =>
        value instanceof Uint8Array ? (value[0] as number) : (value as { n: number }).n;
      function* count(n: number): Generator<Uint8Array> {
        for (let at = 0; at < 8; at += 1) yield new Uint8Array(6_000_000).fill(n + at);
      }
      const numbers = Array.from({ length: 8 }, (_, n) => n);
      expect((await parallel(give, numbers, { pool, chunkSize: 8 })).map(first)).to.deep.equal(numbers);
      expect((await parallel(count, [0], { pool })).map(first)).to.deep.equal(numbers);
    });
  });

describe('what a task itself sends to the parent of its process', function () {
  this.timeout(60_000);
  const pool = new ProcessPool({ workers: 1, execArgv: fast });
  after(() => pool.close());

  it('cannot end the program, be it unreadable there', async () => {
    const shout = (n: number): readonly [number, boolean | undefined] => {
      const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
      return [n, process.send?.({ module })];
    };
    for (const run of [1, 2]) {
      const pairs = await lastValueFrom(parallel$(shout, [run, run], { pool, ordered: true }).pipe(toArray()));
      expect(pairs).to.deep.equal([
        [0, [run, true]],
        [1, [run, true]],
      ]);
    }
  });

  it('is said to have been sent, as Node says it', async () => {
    const send = (): Promise<unknown> => new Promise((resolve) => process.send?.('hello', resolve));
    expect(await parallel(send, [1, 2], { pool })).to.deep.equal([null, null]);
  });
});
