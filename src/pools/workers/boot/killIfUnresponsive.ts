import type { WorkerClient } from '../WorkerClient.ts';
import { withTimeout } from './withTimeout.ts';

/** The time that a worker without work may take to answer, in milliseconds: longer than a busy machine delays it. */
export const UNRESPONSIVE_MS = 2000;

/** Kills a worker that does not answer in time: code that an earlier item left running blocks it, and jobs would wait. */
export async function killIfUnresponsive(
  answered: Promise<unknown>,
  worker: WorkerClient,
  limitMs = UNRESPONSIVE_MS,
): Promise<void> {
  if ((await withTimeout(answered, limitMs)) === 'timeout') worker.kill();
}

/** Sees whether a worker receives messages. Kills one that does not, and then resolves to false. */
export async function isResponsive(worker: WorkerClient): Promise<boolean> {
  const answered = worker.call('forget', []);
  await killIfUnresponsive(answered, worker);
  return (await answered).kind === 'answer';
}
