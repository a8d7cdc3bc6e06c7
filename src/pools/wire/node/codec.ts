import { fromBytes, toBytes } from './bytes.ts';
import type { WorkerKind } from '../../pool.ts';

/**
 * Encodes a message to or from a worker. Processes send bytes: if Node itself decoded the message, one that cannot be read
 * would end the receiving process, since Node throws that error where no code can catch it.
 *
 * @throws the error of structured clone if the message cannot be sent.
 */
export function pack(kind: WorkerKind, message: unknown): unknown {
  return kind === 'process' ? toBytes(message) : message;
}

/**
 * Decodes a message that {@link pack} has encoded.
 *
 * @throws if it is nested too deep, or has memory that only threads can share.
 */
export function unpack(kind: WorkerKind, sent: unknown): unknown {
  return kind === 'process' ? fromBytes(sent as Uint8Array) : sent;
}
