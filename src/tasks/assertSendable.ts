import type { AnyTask } from './Task.ts';

/**
 * Throws at the call, and not when the first item comes, if a task cannot be sent to a worker.
 *
 * @throws TypeError that names the function and says what to do.
 */
export function assertSendable({ origin }: AnyTask): void {
  // The text is taken and parsed when it is read.
  if (origin.kind === 'source') Reflect.get(origin, 'text');
}
