import { decodeError } from '../../../tasks/errors/decodeError.ts';
import { TaskCloneError, TaskLoadError, WorkerCrashError, type ParallelError } from '../../../tasks/errors/errors.ts';
import { explainClone } from '../../../tasks/explainClone.ts';
import { messageOf } from '../../../util/messageOf.ts';
import type { Job } from '../../pool.ts';
import { detailsOf, itemError, nameOf, taskError } from '../../shared/itemErrors.ts';
import type { Loaded, SentError } from '../../wire/messages.ts';
import type { WorkerLauncher } from '../Transport.ts';
import type { WorkerExit } from '../WorkerClient.ts';

/** The error of an item that failed in a worker, as it was sent. */
export function sentError(job: Job<unknown>, position: number, { kind, thrown }: SentError): ParallelError {
  const cause = decodeError(thrown);
  if (kind === 'task') return taskError(job, position, cause);
  return itemError(
    TaskCloneError,
    { before: `the result of ${nameOf(job)}`, preposition: 'for', after: ` cannot be sent back: ${messageOf(cause)}` },
    { ...detailsOf(job, position), cause },
  );
}

/** The error of an item whose result arrived but could not be read here. */
export function unreadableError(job: Job<unknown>, position: number, reason: unknown): TaskCloneError {
  return itemError(
    TaskCloneError,
    { before: `the result of ${nameOf(job)}`, preposition: 'for', after: ` cannot be read here: ${messageOf(reason)}` },
    { ...detailsOf(job, position), cause: reason },
  );
}

/** The error of an item that cannot be sent to a worker. */
export function unsendableError(
  job: Job<unknown>,
  position: number,
  { kind, isCloneable }: Pick<WorkerLauncher, 'kind' | 'isCloneable'>,
  reason: unknown,
): TaskCloneError {
  const details = detailsOf(job, position);
  const isOfTransfer = job.transfer !== undefined && isCloneable(details.item);
  const cause = isOfTransfer ? reason : explainClone(details.item, reason, 'sent');
  const withTransfers = isOfTransfer ? ' together with the objects of `transfer`' : '';
  const after = ` cannot be sent to ${nameOf(job)} in a ${kind}${withTransfers}: ${messageOf(cause)}`;
  return itemError(TaskCloneError, { before: '', preposition: undefined, after }, { ...details, cause });
}

/** The error of an item whose worker died. */
export function crashError(job: Job<unknown>, position: number, exit: WorkerExit): WorkerCrashError {
  return itemError(
    WorkerCrashError,
    { before: `${subjectOf(exit)} died while it ran ${nameOf(job)}`, preposition: 'on', after: `: ${howOf(exit)}` },
    { ...detailsOf(job, position), ...deathOf(exit) },
  );
}

/** The error of a run whose workers die before they can run an item. */
export function deathError(when: string, exit: WorkerExit): WorkerCrashError {
  return new WorkerCrashError(`${subjectOf(exit)} died ${when}: ${howOf(exit)}`, deathOf(exit));
}

/** The error of a run whose task cannot be loaded. */
export function loadError({ message, cause }: Extract<Loaded, { readonly ok: false }>): TaskLoadError {
  return new TaskLoadError(message, { cause: decodeError(cause) });
}

/** The error of a run whose task takes too long to load. */
export function loadTimeout(job: Pick<Job<unknown>, 'task'>, bootTimeoutMs: number): TaskLoadError {
  return new TaskLoadError(`${nameOf(job)} did not load within the bootTimeout of ${String(bootTimeoutMs)} ms`);
}

function subjectOf({ thread }: WorkerExit): string {
  return `a worker ${thread ? 'thread' : 'process'}`;
}

function deathOf({ death, cause }: WorkerExit): WorkerExit['death'] & { readonly cause?: unknown } {
  return { ...death, ...(cause === undefined ? {} : { cause }) };
}

/** Describes the exit of a worker: its exit code or signal, with the error or the line of stderr that gives the reason. */
function howOf({ death: { exitCode, signal }, cause, stderrReason }: WorkerExit): string {
  const how = signal === undefined ? `exit code ${String(exitCode)}` : `signal ${signal}`;
  const reason = cause === undefined ? stderrReason : messageOf(cause);
  return reason === undefined ? how : `${how}, ${reason}`;
}
