import { clone } from '../../../platform/clone.ts';
import { fromBytes, toBytes } from './bytes.ts';

/**
 * Makes the test of whether a value can be sent to a thread or a process and back. It encodes and decodes the value as a
 * message would be, since the kinds differ: a SharedArrayBuffer can be sent to a thread only.
 *
 * @param kind - The kind of the receiving worker.
 */
export function isCloneable(kind: 'thread' | 'process'): (value: unknown) => boolean {
  const sendAndRead =
    kind === 'thread' ? (value: unknown) => clone(value) : (value: unknown) => fromBytes(toBytes(value));

  return (value) => {
    try {
      sendAndRead(value);
      return true;
    } catch {
      return false;
    }
  };
}
