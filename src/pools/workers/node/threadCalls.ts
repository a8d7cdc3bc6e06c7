import { clockOriginMs } from '../../../platform/node/clockOriginMs.ts';
import { newMessageChannel } from '../../../platform/node/newMessageChannel.ts';
import { CallCells } from '../../wire/CallCells.ts';
import type { CallChannel, CallChannelListener } from '../Transport.ts';

/** Opens the channel for single calls to a thread: a port of its own, whose messages need no envelope, and shared memory. */
export function threadCalls(listener: CallChannelListener): CallChannel {
  const { port1, port2 } = newMessageChannel();
  const cells = new CallCells(clockOriginMs());
  port1.on('message', (message: unknown) => {
    listener.message(message);
  });
  port1.on('messageerror', (reason: unknown) => {
    listener.unreadable(reason);
  });
  // The worker itself keeps this process alive while it runs calls.
  port1.unref();
  return {
    cells,
    connection: { port: port2 as unknown as MessagePort, memory: cells.memory },
    drained: new Promise((resolve) => {
      port1.once('close', resolve);
    }),
    send: (message, transfer) => {
      if (transfer === undefined || transfer.length === 0) port1.postMessage(message);
      else port1.postMessage(message, transfer as never);
    },
  };
}
