import type { ParallelErrorDetails } from '../tasks/errors.ts';
import { TaskError, TaskTimeoutError } from '../tasks/errors.ts';
import type { Job, JobItem } from './pool.ts';

/** What an error says of the item at a position of a job. */
export function detailsOf(job: Job<unknown>, position: number): ParallelErrorDetails {
  const { index, item, attempt } = job.items[position] as JobItem<unknown>;
  return { index, item, attempts: attempt };
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

/** What a thrown value says, whatever it is. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}
