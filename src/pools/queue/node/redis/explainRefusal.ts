import { messageOf } from '../../../../util/messageOf.ts';
import type { QueueNames } from '../../engine/Engine.ts';

/** The answers of Redis to a user that lacks a right. */
const COMMAND = /NOPERM.* run the '([^']+)' command/;
const KEY = /NOPERM.*\bkeys?\b/;
const CHANNEL = /NOPERM.*\bchannels?\b/;
const IN_SCRIPT = "executing the script can't run this command";

/** The message of an error of Redis. Where Redis has refused a command, it also names the right that its user lacks. */
export function explainRefusal(error: unknown, names: QueueNames): string {
  const message = messageOf(error);
  const right = rightIn(message, names);
  return right === undefined ? message : `its user of Redis needs ${right}, see docs/machines.md: ${message}`;
}

function rightIn(message: string, { prefix, queue }: QueueNames): string | undefined {
  const command = COMMAND.exec(message)?.[1];
  if (command !== undefined) return `the right +${command}`;
  if (CHANNEL.test(message)) return `the right &${prefix}:*`;
  if (KEY.test(message)) return `the rights ~${prefix}:* ~${bullKeysOf(queue)}`;
  return message.includes(IN_SCRIPT) ? 'the rights to all commands of the scripts of BullMQ' : undefined;
}

/** The pattern of the keys of all versions of a queue. */
function bullKeysOf(queue: string): string {
  return `bull:${queue.replace(/-v\d+-.*$/, '')}-*`;
}
