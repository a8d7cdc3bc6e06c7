import { inspect } from '../../platform/inspect.ts';
import { TaskLoadError } from '../errors/errors.ts';
import type { TaskBody } from '../inline/parseTask.ts';

/**
 * Finds an export that is a task. Some exports of a CommonJS module are properties of its default export.
 *
 * @param url - What exports it, for messages.
 * @throws TaskLoadError if there is none, or if it is no function.
 */
export function exportOf(module: { readonly default?: unknown }, name: string, url: string): TaskBody {
  // A module that a test has mocked throws at names that it does not have.
  const places = [module, Object.hasOwn(module, 'default') ? module.default : undefined].filter(isObject);
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
