import type { TaskOrigin } from '../../tasks/Task.ts';

/** A copy of a task's origin without accessors, which cannot be sent to a worker. */
export function plainOrigin(origin: TaskOrigin): TaskOrigin {
  return origin.kind === 'module'
    ? { kind: 'module', url: origin.url, name: origin.name }
    : { kind: 'source', text: origin.text, name: origin.name };
}
