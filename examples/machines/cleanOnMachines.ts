import { QueuePool } from 'rxjs-parallel/bullmq';
import type { Airports } from '../flights/airports.ts';
import { cleanFile } from '../flights/cleanFile.ts';
import type { Totals } from '../flights/totals.ts';
import { meeting } from './meeting.ts';

export interface CleanOnMachinesConfig {
  readonly airports: Airports;
  readonly signal: AbortSignal;
  /** A URL of Redis, or the path of its socket. @defaultValue that of {@link meeting} */
  readonly connection?: string;
  /** How many chunks are with machines at once. Twice as many blocks are in memory. @defaultValue 4 */
  readonly chunks?: number;
  /** Called when half of the file is done. */
  readonly onHalf?: () => void;
}

/** Cleans a file of flights on other machines, and writes the cleaned rows in the order of the file. */
export async function cleanOnMachines(from: string, to: string, config: CleanOnMachinesConfig): Promise<Totals> {
  const { airports, signal, connection = meeting.connection, chunks = 4 } = config;
  let { onHalf } = config;
  // Machines may start later than this program, by hand or by an autoscaler.
  const pool = await QueuePool.connect({ ...meeting, connection, workersTimeout: Infinity });
  try {
    return await cleanFile(from, to, {
      airports,
      workers: chunks,
      pool,
      // The machines do not have the file.
      load: true,
      signal,
      progress: ({ done, total = Infinity }) => {
        if (done < total / 2) return;
        onHalf?.();
        onHalf = undefined;
      },
    });
  } finally {
    await pool.close();
  }
}
