import { MessageChannel } from 'node:worker_threads';

/** Makes a channel between threads. A DOM has a class of its own in place of Node's. */
export function newMessageChannel(): MessageChannel {
  return new MessageChannel();
}
