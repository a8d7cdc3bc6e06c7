import { TaskLoadError } from '../errors/errors.ts';
import { perThread } from '../perThread.ts';
import { findScript } from '../script/findScript.ts';
import type { AnyTask, TaskOrigin } from '../Task.ts';

/** The modules that a worker imports for its pool at the moment. */
const loading = perThread('loading', () => new Set<string>());

/**
 * Notes, until a task is loaded, that this worker imports its module.
 *
 * @param origin - Where the task is found.
 * @param loaded - The task, when it is loaded.
 */
export async function whileLoading<T>(origin: TaskOrigin, loaded: Promise<T>): Promise<T> {
  const file = fileOf(origin);
  if (file === undefined) return await loaded;
  loading.add(file);
  try {
    return await loaded;
  } finally {
    loading.delete(file);
  }
}

/**
 * Gives a task back, unless a module starts a run of its own task while a worker imports it. The module would wait for
 * itself, or each worker would start workers that do the same.
 *
 * @throws TaskLoadError if it does.
 */
export function assertNotImporting(task: AnyTask): AnyTask {
  const { origin } = task;
  if (loading.size === 0) return task;
  const file = fileOf(origin);
  if (file === undefined || !loading.has(file)) return task;
  throw new TaskLoadError(
    `the task "${origin.name}" is of a module that starts a run of it while a worker imports it: ${file}. ` +
      'Move the task to a module of its own, which starts no runs',
  );
}

/** The file that a worker imports for a task; undefined where it imports none. A loader may have added a query. */
function fileOf(origin: TaskOrigin): string | undefined {
  if (origin.kind === 'source') return undefined;
  return (origin.url ?? scriptOf(origin))?.replace(/[?#].*$/, '');
}

function scriptOf(origin: TaskOrigin): string | undefined {
  const found = origin.kind === 'served' && origin.script !== undefined ? findScript(origin.script) : undefined;
  return found !== undefined && 'url' in found ? found.url : undefined;
}
