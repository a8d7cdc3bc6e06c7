import { TaskError, TaskTimeoutError, type ParallelErrorDetails } from '../../tasks/errors/errors.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { Job } from '../pool.ts';

/** What an error says of the item at a position of a job. */
export function detailsOf(job: Job<unknown>, position: number): ParallelErrorDetails {
  return { index: job.first + position, item: job.items[position], attempts: job.attempt };
}

/** The error of an item whose task threw. */
export function taskError(job: Job<unknown>, position: number, cause: unknown): TaskError {
  const details = detailsOf(job, position);
  return new TaskError(`${nameOf(job)} failed on item ${String(details.index)}: ${messageOf(cause)}`, {
    ...details,
    cause,
  });
}

/** The error of an item whose task ran too long. */
export function timeoutError(job: Job<unknown>, position: number): TaskTimeoutError {
  const details = detailsOf(job, position);
  return new TaskTimeoutError(
    `${nameOf(job)} ran longer than the timeout of ${String(job.timeout)} ms on item ${String(details.index)}`,
    details,
  );
}

/** The name of a job's task, for messages. */
export function nameOf(job: Job<unknown>): string {
  return `task ${job.task.origin.name}`;
}
