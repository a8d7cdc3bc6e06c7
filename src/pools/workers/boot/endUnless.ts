import type { WorkerClient } from '../WorkerClient.ts';
import { withTimeout } from './withTimeout.ts';

/** How long a worker without work may not answer, in milliseconds: longer than a busy machine holds it up. */
const UNRESPONSIVE_MS = 2000;

/** Ends a worker that does not answer, held up by what an item has left behind, for which no other is to wait. */
export async function endUnless(answered: Promise<unknown>, worker: WorkerClient): Promise<void> {
  if ((await withTimeout(answered, UNRESPONSIVE_MS)) === 'timeout') worker.kill();
}
