import { createHmac, randomBytes } from 'node:crypto';
import type { Place } from '../../engine/Engine.ts';

/** Changes with each change of the messages: programs and machines of other protocols never meet. */
const PROTOCOL = 1;

/**
 * The queue and the keys of a namespace and a version.
 *
 * @param secret - Is a part of the name of the queue, by a hash: a machine of another secret could read none of its chunks.
 */
export function placeOf(namespace: string, version: string, secret: string | undefined): Place {
  const key = secret === undefined ? '' : `-${createHmac('sha256', secret).update('queue').digest('hex').slice(0, 8)}`;
  return { queue: `rp-${namespace}-v${String(PROTOCOL)}-${version}${key}`, prefix: `rp:${namespace}` };
}

/** A name that nothing else has. */
export function newName(): string {
  return randomBytes(6).toString('hex');
}

/** The stream of a program. */
export function streamOf({ prefix }: Place, name: string): string {
  return `${prefix}:p:${name}`;
}

/** The stream of the program that a chunk belongs to: its name begins the name of the chunk. */
export function streamOfChunk(place: Place, id: string): string {
  return streamOf(place, id.slice(0, id.indexOf('-')));
}

/** The channel of a machine. */
export function channelOf({ prefix }: Place, name: string): string {
  return `${prefix}:m:${name}`;
}

/** The channel of all machines of a queue. */
export function allMachinesOf({ prefix, queue }: Place): string {
  return `${prefix}:all:${queue}`;
}

/** Where the arguments of runs are stored. */
export function argsKeyOf({ prefix }: Place, hash: string): string {
  return `${prefix}:b:${hash}`;
}

/** The address of a chunk, which its signature covers. */
export function chunkAddressOf({ queue }: Place, id: string): string {
  return `${queue}:${id}`;
}
