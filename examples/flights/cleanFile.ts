import { tasks, type Pool, type Progress } from 'rxjs-parallel';
import { mapFile } from 'rxjs-parallel/lines';
import type { Airports } from './airports.ts';
import { addTotals, emptyTotals, type Totals } from './totals.ts';

const { clean } = tasks<typeof import('./clean.ts')>(new URL('./clean.ts', import.meta.url));

/** A block of two mebibytes is some 25 ms of work: enough to be worth sending, and a few of them are little memory. */
const blockSize = 2 ** 21;

/** The first line of the new file. */
export const header = 'time,origin,origin_state,destination,destination_state,km,delay,class\n';

export interface CleanFileConfig {
  readonly airports: Airports;
  /** How many threads clean. 0 = none but this one. */
  readonly workers: number;
  /** Where blocks are cleaned. @defaultValue threads of this process */
  readonly pool?: Pool;
  /** Whether this thread reads the file, since the pool is on machines that do not have it. @defaultValue `false` */
  readonly load?: boolean;
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
export async function cleanFile(from: string, to: string, { airports, ...config }: CleanFileConfig): Promise<Totals> {
  const totals = emptyTotals();
  await mapFile(clean, from, to, {
    ...config,
    args: [airports],
    blockSize,
    chunkSize: 1,
    header,
    onBlock: (block) => {
      addTotals(totals, block.totals);
    },
  });
  return totals;
}
