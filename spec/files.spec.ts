import { once } from 'node:events';
import { createReadStream, readFileSync, writeFileSync, type ReadStream } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { parallel, parallelIterable, ThreadPool } from '../src/index.ts';
import { scratch } from './support/scratch.ts';
import { errorOf } from './support/settle.ts';
import { until } from './support/until.ts';

const fast = ['--enable-source-maps', '--import', new URL('./support/register.js', import.meta.url).href];
const BLOCK = 1024;
const BLOCKS = 300;
const BUFFER_SIZE = 4;
/** What the parts around parallelIterable hold: the sink one block, one on its way there, and the stream two. */
const ELSEWHERE = 4;

const flip = (block: Uint8Array): Uint8Array => block.map((byte) => byte ^ 1);
const double = (n: number): number => 2 * n;

/** A sink that writes a block to a file when it may. */
class SlowSink extends Writable {
  taken = 0;
  private allowed = 0;
  private goOn = (): void => undefined;
  private readonly path: string;

  constructor(path: string) {
    super({ highWaterMark: 1 });
    this.path = path;
  }

  /** Lets it write so many blocks more. */
  allow(blocks: number): void {
    this.allowed += blocks;
    this.goOn();
  }

  override _write(block: Uint8Array, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.goOn = () => {
      if (this.allowed === 0) return;
      this.goOn = () => undefined;
      this.allowed -= 1;
      this.taken += 1;
      appendFile(this.path, block).then(() => {
        done();
      }, done);
    };
    this.goOn();
  }
}

describe('a pipeline of files', function () {
  this.timeout(60_000);
  const log = scratch();
  const pool = new ThreadPool({ workers: 2, execArgv: fast });
  after(() => pool.close());

  const bytes = Uint8Array.from({ length: BLOCKS * BLOCK }, (_, n) => n * 7 + (n >> 10));
  const openInput = (): ReadStream => {
    writeFileSync(log.file, bytes);
    return createReadStream(log.file, { highWaterMark: BLOCK });
  };

  /** As many turns of the disk and of the pool as would take a reader whom nothing holds far beyond all bounds. */
  const others = async (): Promise<void> => {
    for (let round = 0; round < 40; round += 1) {
      await readFile(log.file);
      await parallel(double, [round], { pool });
    }
  };

  it('reads no further than bufferSize and what the streams hold, while the sink is held', async () => {
    const source = openInput();
    const sink = new SlowSink(`${log.file}.out`);
    const done = pipeline(
      source,
      async function* (blocks: AsyncIterable<Uint8Array>) {
        for await (const [, block] of parallelIterable(flip, blocks, { pool, ordered: true, bufferSize: BUFFER_SIZE }))
          yield block;
      },
      sink,
    );

    for (const [more, total] of [
      [0, 0],
      [1, 1],
      [20, 21],
    ] as const) {
      sink.allow(more);
      await until(() => sink.taken === total);
      await others();
      expect(source.bytesRead).to.be.within(sink.taken * BLOCK, (sink.taken + BUFFER_SIZE + ELSEWHERE) * BLOCK);
    }
    expect(sink.taken).to.equal(21);
    sink.allow(Infinity);
    await done;
    expect(readFileSync(`${log.file}.out`).equals(flip(bytes))).to.equal(true);
  });

  it('closes the file when a loop over its results is left, and leaves the pool as it was', async () => {
    const source = openInput();
    const seen: number[] = [];
    for await (const [index] of parallelIterable(flip, source, { pool, ordered: true, bufferSize: BUFFER_SIZE })) {
      seen.push(index);
      if (seen.length === 3) break;
    }

    expect(source.destroyed).to.equal(true);
    if (!source.closed) await once(source, 'close');
    expect(seen).to.deep.equal([0, 1, 2]);
    expect(source.bytesRead).to.be.at.most((3 + BUFFER_SIZE + ELSEWHERE) * BLOCK);
    expect(await parallel(double, [1, 2, 3], { pool })).to.deep.equal([2, 4, 6]);
    const all: Uint8Array[] = [];
    for await (const [, block] of parallelIterable(flip, openInput(), { pool, ordered: true })) all.push(block);
    expect(Buffer.concat(all).equals(flip(bytes))).to.equal(true);
  });

  it('closes its files when a task fails', async () => {
    const source = openInput();
    const sink = new SlowSink(`${log.file}.out`);
    sink.allow(Infinity);
    const task = (block: Uint8Array, bad: number): Uint8Array => {
      if (block[0] === bad) throw new RangeError('a bad block');
      return block;
    };
    const done = pipeline(
      source,
      async function* (blocks: AsyncIterable<Uint8Array>) {
        const args = [bytes[5 * BLOCK] ?? 0] as const;
        for await (const [, block] of parallelIterable(task, blocks, { pool, ordered: true, args })) yield block;
      },
      sink,
    );

    expect(await errorOf(done)).to.include({ name: 'TaskError', index: 5 });
    expect([source.destroyed, sink.destroyed]).to.deep.equal([true, true]);
    if (!source.closed) await once(source, 'close');
    expect(await parallel(double, [1, 2, 3], { pool })).to.deep.equal([2, 4, 6]);
  });
});
