import type { Redis } from 'ioredis';
import { afterMicrotasks } from '../../../../platform/time/afterMicrotasks.ts';
import { withoutCopy } from './withoutCopy.ts';

/**
 * Lets a client write the commands of one event-loop turn together: a system call for each command would cost the program as
 * much as everything else about a small chunk.
 */
export function writeTogether(client: Redis): void {
  const send = client.sendCommand.bind(client);
  let corked: Redis['stream'] | undefined;
  client.sendCommand = (command, destination) => {
    // There is no stream before the first connection, and another one after each reconnection.
    const stream = client.stream as Redis['stream'] | undefined;
    if (stream !== undefined && stream !== corked) {
      corked = stream;
      stream.cork();
      afterMicrotasks(() => {
        if (corked === stream) corked = undefined;
        stream.uncork();
      });
    }
    return send(destination === undefined ? withoutCopy(command) : command, destination);
  };
}
