import { inspect } from '../../platform/inspect.ts';
import { isError } from '../../platform/realms/isError.ts';
import { Recent } from '../../util/collections/Recent.ts';
import { compileTask } from '../inline/compileTask.ts';
import { currentTask } from '../currentTask.ts';
import { TaskLoadError } from '../errors/errors.ts';
import { isOfPolicy } from '../inline/isOfPolicy.ts';
import { explainReference } from '../inline/explainReference.ts';
import type { TaskBody } from '../inline/parseTask.ts';
import { exportOf } from './exportOf.ts';
import { importModule } from './node/importModule.ts';
import { loadServed } from '../script/loadServed.ts';
import type { ServedOrigin, TaskOrigin } from '../Task.ts';
import { transfer } from '../transfer.ts';

/**
 * Loads a task in the thread that calls it, once: imports its module, compiles its source text, or finds it in the script of
 * this worker.
 *
 * @param origin - Where it is found.
 * @returns The function or class.
 * @throws TaskLoadError if there is no such module or export, or if it is not a function; if the module threw, with that
 *   error as the cause.
 */
export function loadTask(origin: TaskOrigin): Promise<TaskBody> {
  if (origin.kind === 'served') return loadServed(origin);
  const key = origin.kind === 'module' ? `${origin.name} of ${origin.url}` : origin.text;
  const known = loading.get(key);
  if (known !== undefined) return known;

  const task = load(origin);
  loading.set(key, task);
  task.catch(() => {
    loading.delete(key);
  });
  return task;
}

/** The last tasks that were loaded: a program may make any number of functions, each with a text of its own. */
const loading = new Recent<string, Promise<TaskBody>>(64);

async function load(origin: Exclude<TaskOrigin, ServedOrigin>): Promise<TaskBody> {
  if (origin.kind === 'module') return exportOf(await importModule(origin.url, origin.name), origin.name, origin.url);

  try {
    return compileTask(origin.text, { currentTask, transfer });
  } catch (error) {
    const cause = explainReference(error, origin.name);
    const message = isError(cause) ? cause.message : inspect(cause);
    const reason = isOfPolicy(error) ? `${message.trim().replace(/\.$/, '')}. ${POLICY_ADVICE}` : message;
    throw new TaskLoadError(`cannot load the task "${origin.name}": ${reason}`, { cause });
  }
}

const POLICY_ADVICE =
  "The Content-Security-Policy forbids functions as text (script-src without 'unsafe-eval', or require-trusted-types-for): export the task from a module, and " +
  'serve(...) it by the script of a worker';
