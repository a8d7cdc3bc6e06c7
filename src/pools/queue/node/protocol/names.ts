import { createHmac, randomBytes } from 'node:crypto';
import type { QueueNames } from '../../engine/Engine.ts';

/** The version of the messages. It changes with them, so that programs and machines of different protocols never meet. */
const PROTOCOL = 1;

/**
 * The name of the queue, and the prefix of its keys, for a namespace and a version.
 *
 * @param secret - Its hash is a part of the queue's name, since a machine with another secret could read none of the chunks.
 */
export function queueNamesOf(namespace: string, version: string, secret: string | undefined): QueueNames {
  const key = secret === undefined ? '' : `-${createHmac('sha256', secret).update('queue').digest('hex').slice(0, 8)}`;
  return { queue: `rp-${namespace}-v${String(PROTOCOL)}-${version}${key}`, prefix: `rp:${namespace}` };
}

/** A unique name. */
export function newName(): string {
  return randomBytes(6).toString('hex');
}

/** The stream of a program. */
export function streamOf({ prefix }: QueueNames, name: string): string {
  return `${prefix}:p:${name}`;
}

/** The stream of the program of a chunk. The name of the chunk begins with the name of the stream. */
export function streamOfChunk(names: QueueNames, id: string): string {
  return streamOf(names, id.slice(0, id.indexOf('-')));
}

/** The channel of a machine. */
export function channelOf({ prefix }: QueueNames, name: string): string {
  return `${prefix}:m:${name}`;
}

/** The channel of all machines of a queue. */
export function allMachinesOf({ prefix, queue }: QueueNames): string {
  return `${prefix}:all:${queue}`;
}

/** The key under which the arguments of a run are stored. */
export function argsKeyOf({ prefix }: QueueNames, hash: string): string {
  return `${prefix}:b:${hash}`;
}

/** The address of a chunk, which its signature covers. */
export function chunkAddressOf({ queue }: QueueNames, id: string): string {
  return `${queue}:${id}`;
}
