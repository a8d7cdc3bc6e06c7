import { nowMs } from '../../../platform/time/nowMs.ts';
import type { WorkerKind } from '../../pool.ts';
import type { SlotQueue } from '../../shared/SlotQueue.ts';
import type { JobTally } from '../../shared/stats/JobTally.ts';
import type { PoolStats } from '../../stats.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import type { WorkerTally } from './WorkerTally.ts';

/** The calls of one function, which go past the jobs of its pool. */
export interface CallLoad {
  /** How many wait, less those that {@link SlotQueue.waitingCount} has counted. */
  readonly waitingNow: number;
  readonly running: number;
}

/** The parts of a pool of workers that know its figures. */
export interface StatsParts {
  readonly name: string | undefined;
  readonly kind: WorkerKind;
  readonly slots: SlotQueue<WorkerSlot>;
  readonly jobs: JobTally;
  readonly workers: WorkerTally;
  readonly loads: ReadonlySet<CallLoad>;
}

/** The figures of a pool of workers. */
export function slotStats({ name, kind, slots, jobs, workers, loads }: StatsParts): PoolStats {
  const now = nowMs();
  const clients = slots.all.flatMap((slot) => slot.workers);
  const counted = jobs.read(now, slots.waitingCount);
  let { waiting, running } = counted;
  let { busyMs } = workers;
  let busy = 0;
  for (const load of loads) {
    waiting += load.waitingNow;
    running += load.running;
  }
  for (const { busySinceMs } of slots.all) {
    if (busySinceMs === undefined) continue;
    busy += 1;
    busyMs += now - busySinceMs;
  }
  return {
    ...counted,
    name: name ?? kind,
    kind,
    size: slots.size,
    workers: { alive: clients.length, booting: clients.filter(({ hasBooted }) => !hasBooted).length, busy },
    waiting,
    running,
    started: workers.started,
    crashed: workers.exits.crashed,
    stopped: workers.exits.stopped,
    retired: workers.exits.retired,
    busyMs,
    workedMs: workers.workedMs,
  };
}
