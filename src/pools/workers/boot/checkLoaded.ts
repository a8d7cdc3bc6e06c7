import { decodeError } from '../../../tasks/errors/decodeError.ts';
import { TaskLoadError, type TaskCloneError } from '../../../tasks/errors/errors.ts';
import type { Loaded } from '../../wire/messages.ts';
import type { Answer, WorkerExit } from '../WorkerClient.ts';

/**
 * Checks how a call to boot, or to open a task, ended in a worker that lives.
 *
 * @param unsendable - Makes the error of a request that cannot be sent.
 * @param unreadable - The message where the answer cannot be read.
 * @throws TaskLoadError or TaskCloneError where it failed.
 */
export function checkLoaded(
  answer: Exclude<Answer<Loaded>, WorkerExit>,
  unsendable: (reason: unknown) => TaskCloneError,
  unreadable: string,
): void {
  if (answer.kind === 'unsendable') throw unsendable(answer.reason);
  if (answer.kind === 'unreadable') throw new TaskLoadError(unreadable, { cause: answer.reason });
  const { value } = answer;
  if (!value.ok) throw new TaskLoadError(value.message, { cause: decodeError(value.cause) });
}
