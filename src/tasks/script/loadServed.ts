import { messageOf } from '../../util/messageOf.ts';
import { TaskLoadError } from '../errors/errors.ts';
import type { TaskBody } from '../inline/parseTask.ts';
import { exportOf } from '../module/exportOf.ts';
import type { ServedOrigin } from '../Task.ts';
import { findScript } from './findScript.ts';
import { importScript } from './importScript.ts';
import { served } from './served.ts';

/**
 * Loads a task of a script: by the script's URL; from the module that the second argument of `tasks` imports; from the script of
 * this worker; or by the script's file.
 *
 * @throws TaskLoadError if there is no such task.
 */
export async function loadServed({ name, script, url }: ServedOrigin): Promise<TaskBody> {
  if (url !== undefined) return exportOf(await importScript(url, name), name, url);
  // A message to a worker has no script. A run inside of a worker has one.
  if (script?.local !== undefined) return exportOf(await loadLocal(script.local, name), name, SECOND);
  const own = served();
  if (own !== undefined) return exportOf(own, name, 'the script of this worker');
  const found = script && findScript(script);
  if (found !== undefined && 'url' in found) return exportOf(await importScript(found.url, name), name, found.url);
  throw noScript(name, found?.reason ?? 'this thread is no worker');
}

const SECOND = 'the module of the second argument of tasks(...)';

async function loadLocal(local: () => Promise<object>, name: string): Promise<object> {
  try {
    return await local();
  } catch (cause) {
    throw new TaskLoadError(`cannot load the task "${name}": ${SECOND} cannot be imported: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** The error of a task whose script is not to be had. */
export function noScript(name: string, reason: string): TaskLoadError {
  return new TaskLoadError(
    `cannot load the task "${name}" of the script of a worker: ${reason}. Give tasks(...) a second argument, ` +
      "() => import('./x.ts'), by which it runs in this thread",
  );
}
