/** Why a worker has ended. */
export type EndReason = 'crashed' | 'stopped' | 'retired' | 'released';

/** Counts the workers of a pool, and the time that they had jobs. */
export class WorkerTally {
  started = 0;
  /** How many have ended, for each reason. */
  readonly exits: Record<EndReason, number> = { crashed: 0, stopped: 0, retired: 0, released: 0 };
  busyMs = 0;
  workedMs = 0;
}
