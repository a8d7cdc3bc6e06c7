import { isResponsive } from './killIfUnresponsive.ts';
import { nameOf } from '../../shared/itemErrors.ts';
import { CrashPolicy } from '../job/CrashPolicy.ts';
import type { WorkerClient } from '../WorkerClient.ts';
import { deathError } from '../job/workerErrors.ts';
import type { OpenedRun } from '../OpenTasks.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';

/**
 * Boots a worker in a slot and loads the task of a run in it. Replaces a worker that dies meanwhile, as often as the
 * {@link CrashPolicy} tolerates.
 *
 * @returns the worker, and the number of the run, or 0 without a run.
 * @throws the error that a run on this slot would fail with.
 */
export async function readyWorker(
  slot: WorkerSlot,
  run: OpenedRun | undefined,
): Promise<readonly [worker: WorkerClient, run: number]> {
  const policy = new CrashPolicy(slot.bootTimeoutMs);
  for (;;) {
    const worker = await slot.ready(run?.task);
    if ('kind' in worker) {
      if (!policy.tolerates(worker)) throw deathError('while it booted', worker);
      continue;
    }
    if (run === undefined) return [worker, 0];
    const opened = await slot.open(worker, run);
    if (slot.isUnproven && !(await isResponsive(worker))) continue;
    if (typeof opened === 'number') return [worker, opened];
    if (!policy.tolerates(opened)) throw deathError(`while it loaded ${nameOf(run)}`, opened);
  }
}
