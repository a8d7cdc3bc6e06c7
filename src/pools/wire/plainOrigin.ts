import type { TaskOrigin } from '../../tasks/Task.ts';

/** A copy of a task's origin without accessors and functions, which cannot be sent to a worker. */
export function plainOrigin(origin: TaskOrigin): TaskOrigin {
  const { name } = origin;
  switch (origin.kind) {
    case 'module':
      return { kind: 'module', url: origin.url, name };
    case 'source':
      return { kind: 'source', text: origin.text, name };
    case 'served':
      return { kind: 'served', name };
  }
}
