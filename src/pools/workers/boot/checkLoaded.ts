import { TaskLoadError, type TaskCloneError } from '../../../tasks/errors/errors.ts';
import type { Loaded } from '../../wire/messages.ts';
import { loadError } from '../job/workerErrors.ts';
import type { Answer, WorkerExit } from '../WorkerClient.ts';

/**
 * Checks the answer of a living worker to a call that boots it or loads a task.
 *
 * @param unsendable - Makes the error for a request that cannot be sent.
 * @param unreadable - The message for an answer that cannot be read.
 * @throws TaskLoadError if loading failed; the error of `unsendable` if the request could not be sent.
 */
export function checkLoaded(
  answer: Exclude<Answer<Loaded>, WorkerExit>,
  unsendable: (reason: unknown) => TaskCloneError,
  unreadable: string,
): void {
  if (answer.kind === 'unsendable') throw unsendable(answer.reason);
  if (answer.kind === 'unreadable') throw new TaskLoadError(unreadable, { cause: answer.reason });
  const { value } = answer;
  if (!value.ok) throw loadError(value);
}
