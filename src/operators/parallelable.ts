import { workersMissing } from '../pools/openPool.ts';
import { assertSendable } from '../tasks/assertSendable.ts';
import { toTask } from '../tasks/toTask.ts';
import { checkCount } from '../util/check.ts';

/**
 * Tells whether workers can be used here for a task, and prints with `console.warn` why not.
 *
 * @example
 * ```ts
 * const workers = parallelable('workers', 4, task) ? 4 : 0;
 * ```
 *
 * @param paramName - The name of the option that asks for workers, for the message.
 * @param workers - How many are asked for, an integer from 0; with 0 nothing has to be sent.
 * @param task - What they are to run.
 * @returns Whether it can be done.
 * @throws TypeError or RangeError if `workers` is no integer from 0.
 * @see {@link ParallelConfig.workers}, where 0 runs serially in this thread.
 */
export function parallelable(paramName: string, workers: number, task?: unknown): boolean {
  checkCount(paramName, workers, 0);
  if (workers === 0) return true;
  const reason = workersMissing() ?? (task === undefined ? undefined : unsendable(task));
  if (reason === undefined) return true;
  console.warn(`${paramName} has to be 0 here: ${reason}`);
  return false;
}

function unsendable(task: unknown): string | undefined {
  try {
    // As it is the style that takes functions and classes.
    assertSendable(toTask(task as never, 'processor'));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
