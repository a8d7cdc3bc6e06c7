import { TaskLoadError } from '../errors/errors.ts';
import type { TaskBody } from '../inline/parseTask.ts';
import { exportOf } from '../module/exportOf.ts';
import type { ServedOrigin } from '../Task.ts';
import { served } from './served.ts';

/**
 * Loads a task of a script: from the module that the second argument of `tasks` imports, or, in a worker that runs the script,
 * from all that it serves.
 *
 * @throws TaskLoadError if there is no such task.
 */
export async function loadServed({ name, script }: ServedOrigin): Promise<TaskBody> {
  // A message to a worker has no script. A run inside of a worker has one.
  if (script?.local !== undefined)
    return exportOf(await script.local(), name, 'the module of the second argument of tasks(...)');
  const own = served();
  if (own !== undefined) return exportOf(own, name, 'the script of this worker');
  throw new TaskLoadError(
    `cannot load the task "${name}": it is served by the script of a worker, and this thread is none. Give tasks(...) a ` +
      "second argument, () => import('./x.ts'), by which it runs without workers",
  );
}
