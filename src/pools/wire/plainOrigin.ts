import type { TaskOrigin } from '../../tasks/Task.ts';

/** A task's origin as it goes to a worker: without accessors. */
export function plainOrigin(origin: TaskOrigin): TaskOrigin {
  return origin.kind === 'module'
    ? { kind: 'module', url: origin.url, name: origin.name }
    : { kind: 'source', text: origin.text, name: origin.name };
}
