import type { PoolStats } from '../../stats.ts';
import type { SlotQueue } from '../SlotQueue.ts';
import type { JobStats } from './JobTally.ts';

/** The figures of a pool whose workers are not started, do not die, and do nothing beside their jobs. */
export function idealStats(
  kind: PoolStats['kind'],
  jobs: JobStats,
  { size }: Pick<SlotQueue<unknown>, 'size'>,
  name: string = kind,
): PoolStats {
  return {
    ...jobs,
    name,
    kind,
    size,
    workers: { alive: size, booting: 0, busy: jobs.running },
    started: 0,
    crashed: 0,
    stopped: 0,
    retired: 0,
    workedMs: jobs.busyMs,
  };
}
