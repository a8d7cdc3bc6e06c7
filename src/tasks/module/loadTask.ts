import { inspect } from '../../platform/inspect.ts';
import { isError } from '../../platform/realms/isError.ts';
import { Recent } from '../../util/collections/Recent.ts';
import { compileTask } from '../inline/compileTask.ts';
import { currentTask } from '../currentTask.ts';
import { TaskLoadError } from '../errors/errors.ts';
import { explainReference } from '../inline/explainReference.ts';
import type { TaskBody } from '../inline/parseTask.ts';
import { importModule } from './node/importModule.ts';
import type { TaskOrigin } from '../Task.ts';
import { transfer } from '../transfer.ts';

/**
 * Loads a task in the thread that calls it, once: imports its module, or compiles its source text.
 *
 * @param origin - Where it is found.
 * @returns The function or class.
 * @throws TaskLoadError if there is no such module or export, or if it is not a function; if the module threw, with that
 *   error as the cause.
 */
export function loadTask(origin: TaskOrigin): Promise<TaskBody> {
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

async function load(origin: TaskOrigin): Promise<TaskBody> {
  if (origin.kind === 'module') return pick(await importModule(origin.url, origin.name), origin);

  try {
    return compileTask(origin.text, { currentTask, transfer });
  } catch (error) {
    const cause = explainReference(error, origin.name);
    const message = isError(cause) ? cause.message : inspect(cause);
    throw new TaskLoadError(`cannot load the task "${origin.name}": ${message}`, { cause });
  }
}

type ModuleOrigin = Extract<TaskOrigin, { kind: 'module' }>;

/** Finds the export. Some exports of a CommonJS module are properties of its default export. */
function pick(module: { readonly default?: unknown }, { url, name }: ModuleOrigin): TaskBody {
  const places = [module, module.default].filter(isObject);
  const found = places.filter((place) => Object.hasOwn(place, name)).map((place): unknown => Reflect.get(place, name));
  const task = found.find((value) => typeof value === 'function');
  if (task !== undefined) return task as TaskBody;

  const names = new Set(places.flatMap((place) => Object.keys(place)));
  throw new TaskLoadError(
    found.length > 0
      ? `cannot load the task "${name}": ${url} exports it, but it is no function: ${inspect(found[0])}`
      : `cannot load the task "${name}": ${url} does not export it. It exports ${[...names].join(', ') || 'nothing'}`,
  );
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
