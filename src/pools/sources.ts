import type { TaskOrigin } from '../tasks/Task.ts';
import type { SentOrigin } from './protocol.ts';

const ids = new Map<string, number>();

/**
 * A task's origin as it goes to a worker: the text of a function only where the worker does not have it yet.
 *
 * @param known - The ids of the texts that the worker has.
 */
export function sentOrigin(origin: TaskOrigin, known: ReadonlySet<number>): SentOrigin {
  if (origin.kind === 'module') return { kind: 'module', url: origin.url, name: origin.name };
  const { text, name } = origin;
  const id = ids.get(text) ?? ids.size;
  ids.set(text, id);
  return known.has(id) ? { kind: 'source', id, name } : { kind: 'source', id, name, text };
}
