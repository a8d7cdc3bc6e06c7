import { ParallelError, TaskError, TaskTimeoutError, WorkerCrashError } from '../../tasks/errors/errors.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { Plan } from '../Plan.ts';

/** The options about retries. */
export type RetryPlan = Pick<Plan<never>, 'retry' | 'crashRetries'>;

/** The attempts at an item so far. */
export interface Tries {
  /** The number of the last one, from 1. */
  readonly attempt: number;
  /** How many of them ended with the death of the worker. */
  readonly crashes: number;
}

/**
 * Whether a job may have several items of one key: the pool goes on with the next item of a job, and so with that of the key,
 * while an item waits for its next try.
 */
export function maySendSeveral({
  retry,
  timeoutMs,
  crashRetries,
  pool,
}: Pick<Plan<never>, 'retry' | 'timeoutMs' | 'crashRetries' | 'pool'>): boolean {
  return retry === undefined && timeoutMs === undefined && (crashRetries === 0 || pool.stopsAtCrash === true);
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

/**
 * The error of an item whose `retry.delay` fails: the error of the delay, if it is an error of the item, or a new one about
 * it.
 */
export function delayError(error: ParallelError, reason: unknown): ParallelError {
  if (reason instanceof ParallelError) return reason;
  const { index, item, attempts } = error;
  const message = `retry.delay failed on item ${String(index)}: ${messageOf(reason)}`;
  return new TaskError(message, { index, item, attempts, cause: reason });
}
