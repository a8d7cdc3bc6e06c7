import { TaskLoadError } from '../errors/errors.ts';
import { perThread } from '../perThread.ts';
import type { AnyTask } from '../Task.ts';

/** Where a task is found; only of a module more than the kind matters. */
type Origin = { readonly kind: 'module'; readonly url: string } | { readonly kind: 'served' | 'source' };

/** The modules that a worker imports for its pool at the moment. */
const loading = perThread('loading', () => new Set<string>());

/**
 * Notes, until a task is loaded, that this worker imports its module.
 *
 * @param origin - Where the task is found.
 * @param loaded - The task, when it is loaded.
 */
export async function whileLoading<T>(origin: Origin, loaded: Promise<T>): Promise<T> {
  if (origin.kind !== 'module') return await loaded;
  const file = fileOf(origin.url);
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
  if (origin.kind !== 'module' || !loading.has(fileOf(origin.url))) return task;
  throw new TaskLoadError(
    `the task "${origin.name}" is of a module that starts a run of it while a worker imports it: ${origin.url}. ` +
      'Move the task to a module of its own, which starts no runs',
  );
}

/** A loader may have added a query. */
function fileOf(url: string): string {
  return url.replace(/[?#].*$/, '');
}
