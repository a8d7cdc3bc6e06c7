import type { SlotSettings } from '../config/resolveSettings.ts';
import type { WorkerClient } from '../WorkerClient.ts';
import { withTimeout } from './withTimeout.ts';

/**
 * Ends a worker that runs nothing. A worker that has booted first runs the teardown of its pool, if there is one. Resolves when
 * it has exited.
 */
export async function endWorker(
  worker: WorkerClient,
  { teardown, bootTimeoutMs }: Pick<SlotSettings, 'teardown' | 'bootTimeoutMs'>,
): Promise<void> {
  if (teardown !== undefined && worker.hasBooted && !worker.dead) {
    worker.ref();
    const answer = await withTimeout(worker.call('teardown', undefined), bootTimeoutMs);
    if (answer === 'timeout') worker.kill();
  }
  await worker.end();
}
