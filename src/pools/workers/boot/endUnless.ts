import type { WorkerClient } from '../WorkerClient.ts';
import { withTimeout } from './withTimeout.ts';

/** The time that a worker without work may take to answer, in milliseconds: longer than a busy machine delays it. */
const UNRESPONSIVE_MS = 2000;

/** Kills a worker that does not answer in time: code that an earlier item left running blocks it, and jobs would wait. */
export async function endUnless(answered: Promise<unknown>, worker: WorkerClient): Promise<void> {
  if ((await withTimeout(answered, UNRESPONSIVE_MS)) === 'timeout') worker.kill();
}
