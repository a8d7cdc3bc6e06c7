import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import type { QueueNames } from '../../engine/Engine.ts';
import { explainRefusal } from '../redis/explainRefusal.ts';

/** The error of a program that the queue refuses for good. */
export function refusalError(cause: Error, names: QueueNames): TaskLoadError {
  return new TaskLoadError(`the queue refuses this program: ${explainRefusal(cause, names)}`, { cause });
}
