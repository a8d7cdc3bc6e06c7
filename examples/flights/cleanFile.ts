import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { parallelIterable, tasks, type Pool, type Progress } from 'rxjs-parallel';
import type { Airports } from './airports.ts';
import { blocks } from './blocks.ts';
import { addTotals, emptyTotals, type Totals } from './totals.ts';

const { clean } = tasks<typeof import('./clean.ts')>(new URL('./clean.ts', import.meta.url));

/** A block of two mebibytes is some 25 ms of work: enough to be worth sending, and a few of them are little memory. */
const blockSize = 2 ** 21;

const header = 'time,origin,origin_state,destination,destination_state,km,delay,class\n';

export interface CleanFileConfig {
  readonly airports: Airports;
  /** How many threads clean. 0 = none but this one. */
  readonly workers: number;
  /** Where blocks are cleaned. @defaultValue threads of this process */
  readonly pool?: Pool;
  /** Stops the work. */
  readonly signal: AbortSignal;
  /** Shows a bar on the terminal, or gets the numbers of blocks. @defaultValue `false` */
  readonly progress?: boolean | ((progress: Progress) => void);
}

/**
 * Cleans a file of flights on several threads, and writes the cleaned rows in the order of the file.
 *
 * A block is read when a thread is free and the disk has taken what came before, so memory is bounded. The file
 * bears the name `.partial` until it is whole; if the work fails or is stopped, it is removed.
 */
export async function cleanFile(from: string, to: string, config: CleanFileConfig): Promise<Totals> {
  const { airports, workers, pool = 'thread', signal, progress = false } = config;
  const { size } = await stat(from);
  const totals = emptyTotals();

  const partial = `${to}.partial`;
  try {
    const file = await open(partial, 'w');
    try {
      await writeAll(file, Buffer.from(header));
      const cleanedBlocks = parallelIterable(clean, blocks(from, blockSize), {
        workers,
        pool,
        args: [airports],
        ordered: true,
        bufferSize: 2 * workers + 2,
        transfer: (block) => [block.buffer],
        progress,
        total: Math.ceil(size / blockSize),
        signal,
      });
      for await (const [, block] of cleanedBlocks) {
        addTotals(totals, block.totals);
        await writeAll(file, block.text);
      }
    } finally {
      await file.close();
    }
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return totals;
}

/** Writes all bytes, though the system may take only a part of them at once. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
