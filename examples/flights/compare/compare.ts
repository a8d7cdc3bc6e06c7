import { rm } from 'node:fs/promises';
import { parallel, ProcessPool, tasks } from 'rxjs-parallel';
import { lineBlocks } from 'rxjs-parallel/lines';
import type { Airports } from '../airports.ts';
import { cleanFile, header } from '../cleanFile.ts';
import { fastest } from '../fastest.ts';
import { fileHash } from '../fileHash.ts';
import { addTotals, emptyTotals } from '../totals.ts';
import { RawThreads } from './rawThreads.ts';

const { sqlClean } = tasks<typeof import('./sqlClean.ts')>(new URL('./sqlClean.ts', import.meta.url));

/** Installed by `npm ci --prefix bench`, since nothing else here needs it. */
const byPiscina = '../../../bench/flightsByPiscina.mjs';
type ByPiscina = (config: { airports: Airports; threads: number }) => {
  readonly clean: (blocks: unknown, to: string, header: string, onTotals: (totals: never) => void) => Promise<void>;
  readonly close: () => Promise<void>;
};

export interface CompareConfig {
  readonly csv: string;
  readonly airportsCsv: string;
  readonly airports: Airports;
  /** A file that each of them writes, in turn. It is removed. */
  readonly out: string;
  /** The hash of the right rows. */
  readonly hash: string;
  readonly signal: AbortSignal;
}

/** Lets others clean the same file with two threads, in turn with the demo, and says how long they take. */
export async function compare({ csv, airportsCsv, airports, out, hash, signal }: CompareConfig): Promise<string> {
  const raw = new RawThreads(csv, airports, 2);
  const processes = new ProcessPool({ workers: 1 });
  const { flightsByPiscina } = (await import(byPiscina)) as { readonly flightsByPiscina: ByPiscina };
  const piscina = flightsByPiscina({ airports, threads: 2 });
  const sameBytes = new Map<string, boolean>();
  const contenders: Record<string, () => Promise<unknown>> = {
    'this demo': () => cleanFile(csv, out, { airports, workers: 2, signal }),
    'raw threads of the same design': () => raw.clean(out, header),
    'piscina, blocks moved': () => {
      const totals = emptyTotals();
      return piscina.clean(lineBlocks(csv, { blockSize: 2 ** 21, load: true }), out, header, (ofBlock) => {
        addTotals(totals, ofBlock);
      });
    },
    'DuckDB SQL, two threads': () => parallel(sqlClean, [{ csv, airportsCsv, out }], { pool: processes, signal }),
  };
  try {
    const works = Object.entries(contenders).map(([name, work]) => async () => {
      signal.throwIfAborted();
      await work();
      sameBytes.set(name, sameBytes.get(name) ?? (await fileHash(out, signal)) === hash);
    });
    const seconds = await fastest(...works);
    const [one = NaN, two = NaN] = await fastest(
      () => raw.pureSeconds(1, 20),
      () => raw.pureSeconds(2, 20),
    );
    const [ours = NaN] = seconds;
    return [
      'with two threads                 seconds  of the demo',
      ...[...sameBytes].map(
        ([name, isSame], index) =>
          `${name.padEnd(32)} ${(seconds[index] ?? NaN).toFixed(2).padStart(7)}  ${((seconds[index] ?? NaN) / ours).toFixed(2).padStart(11)}` +
          (isSame ? '' : '  (the rows in another order)'),
      ),
      `the machine itself: two threads do ${((2 * one) / two).toFixed(2)} times the work of one, without files and messages`,
    ].join('\n');
  } finally {
    await Promise.all([raw.close(), piscina.close(), processes.close(), rm(out, { force: true })]);
  }
}
