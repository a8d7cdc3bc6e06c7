import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { lineBlocks, type LineBlock } from 'rxjs-parallel/lines';
import type { Airports } from '../airports.ts';
import { addTotals, emptyTotals, type Totals } from '../totals.ts';
import type { RawReply, RawRequest } from './rawWorker.ts';

const blockSize = 2 ** 21;
const outputSize = 2 * blockSize;

/** Threads by hand, of the same design as the demo: no errors are handled, nothing is stopped. */
export class RawThreads {
  private readonly workers: readonly Worker[];
  private readonly path: string;

  constructor(path: string, airports: Airports, count: number) {
    this.path = path;
    const start = new URL('./startTypescript.js', import.meta.url);
    const script = new URL('./rawWorker.ts', import.meta.url).href;
    this.workers = Array.from({ length: count }, () => new Worker(start, { workerData: { script, path, airports } }));
  }

  /** Cleans the file, and writes the rows in its order. */
  async clean(to: string, header: string): Promise<Totals> {
    const totals = emptyTotals();
    const blocks = lineBlocks(this.path, { blockSize });
    const free: SharedArrayBuffer[] = [];
    const file = await open(to, 'w');
    await file.write(header);
    let written = Promise.resolve();
    const work = async (worker: Worker): Promise<void> => {
      for (;;) {
        // The workers ask in turn, and their blocks are written in that order.
        const next = await blocks.next();
        if (next.done === true) return;
        const output = free.pop() ?? new SharedArrayBuffer(outputSize);
        const before = written;
        const reply = ask(worker, { start: next.value.start, end: next.value.end, output });
        written = (async () => {
          const { length, totals: ofBlock } = await reply;
          await before;
          await file.write(new Uint8Array(output, 0, length));
          addTotals(totals, ofBlock);
          free.push(output);
        })();
        await reply;
      }
    };
    await Promise.all(this.workers.map(work));
    await written;
    await file.close();
    return totals;
  }

  /** The seconds in which `count` workers clean one block so many times each, without files and almost without messages. */
  async pureSeconds(count: number, times: number): Promise<number> {
    const blocks = lineBlocks(this.path, { blockSize });
    const { value } = (await blocks.next()) as { readonly value: LineBlock };
    await blocks.return();
    const workers = this.workers.slice(0, count);
    const startedAt = performance.now();
    await Promise.all(
      workers.map((worker) => ask(worker, { ...value, output: new SharedArrayBuffer(outputSize), times })),
    );
    return (performance.now() - startedAt) / 1000;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

async function ask(worker: Worker, { start, end, output, times = 1 }: RawRequest): Promise<RawReply> {
  worker.postMessage({ start, end, output, times });
  const [reply] = (await once(worker, 'message')) as [RawReply];
  return reply;
}
