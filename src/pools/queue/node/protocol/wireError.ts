import type { CodedError } from '../../../../tasks/errors/CodedError.ts';
import { decodeError } from '../../../../tasks/errors/decodeError.ts';
import { encodeError } from '../../../../tasks/errors/encodeError.ts';
import {
  ParallelError,
  PoolClosedError,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  TaskTimeoutError,
  WorkerCrashError,
  type ParallelErrorDetails,
  type WorkerDeath,
} from '../../../../tasks/errors/errors.ts';
import { itemMessageOf, withItemMessage, type ItemMessage } from '../../../../tasks/errors/ItemMessage.ts';
import { messageOf } from '../../../../util/messageOf.ts';
import { isCloneable } from '../../../wire/node/isCloneable.ts';

/** An error of this library as a machine sends it: without the item, since the program has that. */
export interface WireError extends Partial<WorkerDeath> {
  readonly name: string;
  readonly message: string;
  readonly parts?: ItemMessage;
  readonly cause?: CodedError;
}

type ErrorOfItem = new (message: string, details: ParallelErrorDetails & Partial<WorkerDeath>) => ParallelError;

const CLASSES: Readonly<Record<string, ErrorOfItem>> = Object.assign(Object.create(null), {
  PoolClosedError,
  TaskCloneError,
  TaskLoadError,
  TaskTimeoutError,
  WorkerCrashError,
  TaskError,
}) as Readonly<Record<string, ErrorOfItem>>;

const isSendable = isCloneable('process');

/** Encodes an error of this library. Any other value is encoded as the cause of a TaskError. */
export function toWireError(error: unknown): WireError {
  if (!(error instanceof ParallelError))
    return { name: 'TaskError', message: messageOf(error), cause: encodeError(error, isSendable) };
  const { name, message } = error;
  const parts = itemMessageOf(error);
  return {
    name,
    message,
    ...(parts === undefined ? {} : { parts }),
    ...(Object.hasOwn(error, 'cause') ? { cause: encodeError(error.cause, isSendable) } : {}),
    ...(error instanceof WorkerCrashError
      ? { exitCode: error.exitCode, signal: error.signal, stderr: error.stderr }
      : {}),
  };
}

/** Decodes the error of an item or of a run. */
export function fromWireError(sent: WireError, details: ParallelErrorDetails = {}): ParallelError {
  const { name, message, parts, cause, ...death } = sent;
  const ErrorClass = CLASSES[name] ?? TaskError;
  const error = new ErrorClass(message, {
    ...death,
    ...details,
    ...(cause === undefined ? {} : { cause: decodeError(cause) }),
  });
  return parts === undefined ? error : withItemMessage(error, parts);
}
