import { nameOf } from '../../shared/itemErrors.ts';
import { CrashPolicy } from '../job/CrashPolicy.ts';
import type { WorkerClient } from '../WorkerClient.ts';
import { deathError } from '../job/workerErrors.ts';
import type { OpenedRun } from '../OpenTasks.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';

/**
 * Sees to it that a slot has a worker, with the task of a run ready, and replaces a worker that dies meanwhile, though not for
 * ever.
 *
 * @returns the worker, and the number of the run there.
 * @throws what a run would fail with.
 */
export async function readyWorker(
  slot: WorkerSlot,
  run: OpenedRun | undefined,
): Promise<readonly [worker: WorkerClient, run: number]> {
  const policy = new CrashPolicy(slot.bootTimeoutMs);
  for (;;) {
    const worker = await slot.ready();
    if ('kind' in worker) {
      if (!policy.tolerates(worker)) throw deathError('while it booted', worker);
      continue;
    }
    if (run === undefined) return [worker, 0];
    const opened = await slot.open(worker, run);
    if (typeof opened === 'number') return [worker, opened];
    if (!policy.tolerates(opened)) throw deathError(`while it loaded ${nameOf(run)}`, opened);
  }
}
