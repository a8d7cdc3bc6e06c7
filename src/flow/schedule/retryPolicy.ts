import { ParallelError, TaskError, TaskTimeoutError, WorkerCrashError } from '../../tasks/errors/errors.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { Plan } from '../Plan.ts';

/** The options that say what is tried again. */
export type RetryPlan = Pick<Plan<never>, 'retry' | 'crashRetries'>;

/** The tries of an item so far. */
export interface Tries {
  /** The number of the last one, from 1. */
  readonly attempt: number;
  /** How many of them ended with the death of the worker. */
  readonly crashes: number;
}

/** Whether an item that has failed is tried again. */
export function mayRetry(
  { retry, crashRetries }: RetryPlan,
  error: ParallelError,
  { attempt, crashes }: Tries,
): boolean {
  if (error instanceof WorkerCrashError) return crashes < crashRetries;
  if (!(error instanceof TaskError || error instanceof TaskTimeoutError)) return false;
  return retry !== undefined && attempt - crashes <= retry.count;
}

/** The error of an item whose `retry.delay` fails: what the delay failed with, if that is an error of the item, or what says so. */
export function delayError(error: ParallelError, reason: unknown): ParallelError {
  if (reason instanceof ParallelError) return reason;
  const { index, item, attempts } = error;
  const message = `retry.delay failed on item ${String(index)}: ${messageOf(reason)}`;
  return new TaskError(message, { index, item, attempts, cause: reason });
}
