import { workersMissing } from '../pools/workers/node/withPool.ts';
import { assertSendable } from '../tasks/assertSendable.ts';
import { toTask } from '../tasks/toTask.ts';
import { checkCount } from '../util/check.ts';

/**
 * Tells whether workers can run a task here. If not, it prints the reason with `console.warn`.
 *
 * - **returns** `true` if `workers` is 0, or if the worker script exists and the task can be sent; it does not check
 *   whether a module has the task
 * - **queues** nothing: it starts no worker, and sends nothing
 * - **prints** the reason, one message a call, if it returns `false`
 * - **throws** only if `workers` is not an integer from 0
 *
 * @example Use workers only if they can run the task
 * ```ts
 * const workers = parallelable('workers', 4, task) ? 4 : 0;
 * ```
 *
 * @param paramName - The name of the option that asks for workers, for the message.
 * @param workers - The number of workers, an integer from 0. With 0 no task has to be sent.
 * @param task - The task: a function, a class, or a task of a module. If omitted, only the worker script is checked.
 * @returns Whether workers can run it.
 * @throws TypeError if `workers` is not a number, RangeError if it is not an integer from 0.
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
