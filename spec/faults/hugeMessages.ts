import { expect } from 'chai';
import { parallel, ProcessPool, TaskCloneError } from 'rxjs-parallel';

/** More than Node reads as one message from a process. */
const HUGE = 2_200_000_000;

describe('gigabytes to and from a process', function () {
  this.timeout(600_000);
  const pool = new ProcessPool({ workers: 1, graceMs: 10_000 });
  after(() => pool.close());

  it('arrive as many results of one chunk', async () => {
    const make = (n: number): Uint8Array => new Uint8Array(100_000_000).fill(n);
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    const lengths = await parallel(make, numbers, { pool, chunkSize: 30 });
    expect(lengths.map((bytes) => [bytes.length, bytes[99_999_999]])).to.deep.equal(
      numbers.map((n) => [100_000_000, n]),
    );
  });

  it('fail their item, and no other, as one result that is too large', async () => {
    const make = (n: number, size: number): { readonly bytes: Uint8Array } => ({
      bytes: new Uint8Array(n === 1 ? size : 10),
    });
    const results = await parallel(make, [0, 1, 2], { pool, chunkSize: 3, args: [HUGE], onError: 'return' });
    expect(results.map((result) => ('bytes' in result ? result.bytes.length : result.constructor))).to.deep.equal([
      10,
      TaskCloneError,
      10,
    ]);
  });

  it('fail their item, and no other, as one item that is too large', async () => {
    const items = [10, HUGE, 20].map((size) => new Uint8Array(size));
    const results = await parallel((bytes) => bytes.length, items, { pool, chunkSize: 3, onError: 'return' });
    expect(results.map((result) => (typeof result === 'number' ? result : result.constructor))).to.deep.equal([
      10,
      TaskCloneError,
      20,
    ]);
  });
});
