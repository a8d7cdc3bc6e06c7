import {
  TaskError,
  TaskTimeoutError,
  type ParallelError,
  type ParallelErrorDetails,
} from '../../tasks/errors/errors.ts';
import { withItemMessage, wordItem, type ItemMessage } from '../../tasks/errors/ItemMessage.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { Job } from '../pool.ts';
import { indexAt } from '../../util/indexAt.ts';

/** The details of an error about the item at a position of a job. */
export function detailsOf(job: Job<unknown>, position: number): ParallelErrorDetails {
  return { index: indexAt(job, position), item: job.items[position], attempts: job.attempt };
}

/** Makes the error of an item. It keeps the parts of its message, so that a run can word it with another name of the item. */
export function itemError<E extends ParallelError, D extends ParallelErrorDetails>(
  ErrorClass: new (message: string, details: D) => E,
  parts: ItemMessage,
  details: D,
): E {
  return withItemMessage(new ErrorClass(wordItem(parts, `item ${String(details.index)}`), details), parts);
}

/** The error of an item whose task threw. */
export function taskError(job: Job<unknown>, position: number, cause: unknown): TaskError {
  return itemError(
    TaskError,
    { before: `${nameOf(job)} failed`, preposition: 'on', after: `: ${messageOf(cause)}` },
    { ...detailsOf(job, position), cause },
  );
}

/** The error of an item whose task ran too long. */
export function timeoutError(job: Job<unknown>, position: number): TaskTimeoutError {
  const before = `${nameOf(job)} ran longer than the timeout of ${String(job.timeout)} ms`;
  return itemError(TaskTimeoutError, { before, preposition: 'on', after: '' }, detailsOf(job, position));
}

/** The name of a job's task, for messages. */
export function nameOf(job: Pick<Job<unknown>, 'task'>): string {
  return `task ${job.task.origin.name}`;
}
