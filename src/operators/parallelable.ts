import { workersMissing } from '../pools/workers/node/withPool.ts';
import { assertSendable } from '../tasks/assertSendable.ts';
import { toTask } from '../tasks/toTask.ts';
import { checkCount } from '../util/check.ts';

/**
 * Tells whether workers can be used here for a task, and prints with `console.warn` why not.
 *
 * - **gives** `true` if `workers` is 0, or if the worker script is there and the task can be sent; whether a module has the
 *   task is not looked up
 * - **queues** nothing: it starts no worker, and sends nothing
 * - **prints** the reason, one message a call, where it gives `false`
 * - **throws** for `workers` that is no integer from 0, and for nothing else
 *
 * @example As many workers as the place allows
 * ```ts
 * const workers = parallelable('workers', 4, task) ? 4 : 0;
 * ```
 *
 * @param paramName - The name of the option that asks for workers, for the message.
 * @param workers - How many are asked for, an integer from 0; with 0 nothing has to be sent.
 * @param task - What they are to run: a function, a class, or a task of a module. Left out, only the place is looked at.
 * @returns Whether it can be done.
 * @throws TypeError if `workers` is no number, RangeError if it is no integer from 0.
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
