import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { runInRootContext } from '../context/asyncContext.ts';

let channel: MessageChannel | undefined;

/**
 * Copies a value as a message to a thread does. It does not use the global `structuredClone`: a DOM may have none, and test
 * setups often replace it by a JSON round trip.
 *
 * @param transfer - The objects to move.
 * @throws DataCloneError where something cannot be cloned.
 */
export function clone<T>(value: T, transfer: readonly Transferable[] = []): T {
  const { port1, port2 } = (channel ??= runInRootContext(() => new MessageChannel()));
  port1.postMessage(value, transfer as never);
  return (receiveMessageOnPort(port2) as { readonly message: T }).message;
}
