import { fromBytes, toBytes } from './bytes.ts';
import type { WorkerKind } from '../../pool.ts';

/**
 * A message to or from a worker, as it is sent. A process gets bytes, since Node reads messages between
 * processes in code of its own, where what cannot be read would end the program that reads it.
 *
 * @throws whatever the structured clone of something that cannot be sent throws.
 */
export function pack(kind: WorkerKind, message: unknown): unknown {
  return kind === 'process' ? toBytes(message) : message;
}

/**
 * What {@link pack} was given.
 *
 * @throws if it cannot be read: what is nested too deep, and what only threads share.
 */
export function unpack(kind: WorkerKind, sent: unknown): unknown {
  return kind === 'process' ? fromBytes(sent as Uint8Array) : sent;
}
