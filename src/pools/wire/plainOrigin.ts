import { findScript } from '../../tasks/script/findScript.ts';
import { noScript } from '../../tasks/script/loadServed.ts';
import type { ServedOrigin, TaskOrigin } from '../../tasks/Task.ts';

/**
 * A copy of a task's origin without accessors and functions, which cannot be sent to a worker.
 *
 * @throws TaskLoadError if workers have to import the script of the task, and there is none.
 */
export function plainOrigin(origin: TaskOrigin): TaskOrigin {
  const { name } = origin;
  switch (origin.kind) {
    case 'module':
      return { kind: 'module', url: origin.url, name };
    case 'source':
      return { kind: 'source', text: origin.text, name };
    case 'served':
      return { kind: 'served', name, ...placeOf(origin) };
  }
}

/** The place of a script, for workers that import it. */
function placeOf({ name, script }: ServedOrigin): Pick<ServedOrigin, 'url'> {
  const found = script && findScript(script);
  if (found === undefined) return {};
  if ('reason' in found) throw noScript(name, found.reason);
  return found;
}
