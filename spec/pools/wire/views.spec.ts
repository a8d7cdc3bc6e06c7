import { expect } from 'chai';
import { parallel, ProcessPool, TaskCloneError, ThreadPool } from '../../../src/index.ts';
import { errorOf } from '../../support/settle.ts';

const fast = ['--enable-source-maps', '--import', new URL('../../support/register.js', import.meta.url).href];

describe('a view of memory that threads share, sent to a process', () => {
  const pool = new ProcessPool({ workers: 1, execArgv: fast });
  after(() => pool.close());
  const countUp = (view: Int32Array): number => Atomics.add(view, 0, 1);

  it('is an error of that item, as the memory itself is', async () => {
    const view = new Int32Array(new SharedArrayBuffer(8));
    const results = await parallel(countUp, [view], { pool, onError: 'return' });
    expect(results[0]).to.be.instanceOf(TaskCloneError);
  });

  it('fails the run as an argument', async () => {
    const view = new Int32Array(new SharedArrayBuffer(8));
    const run = parallel((_n: number, shared: Int32Array) => Atomics.add(shared, 0, 1), [0], { pool, args: [view] });
    expect(await errorOf(run)).to.be.instanceOf(TaskCloneError);
  });
});

for (const [kind, Pool] of Object.entries({ thread: ThreadPool, process: ProcessPool }))
  describe(`the buffer of a view, in a ${kind}`, () => {
    const pool = new Pool({ workers: 1, execArgv: fast });
    after(() => pool.close());

    it('is that of an item, with its bytes alone', async () => {
      const sizes = await parallel((bytes: Uint8Array) => bytes.buffer.byteLength, [new Uint8Array(3)], { pool });
      expect(sizes).to.deep.equal([3]);
    });

    it('is that of a result, with its bytes alone', async () => {
      const [bytes] = await parallel((n: number) => new Uint8Array(n), [3], { pool });
      expect(bytes?.buffer.byteLength).to.equal(3);
    });
  });
