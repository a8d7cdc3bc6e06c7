import { clone } from '../../../platform/clone.ts';
import { fromBytes, toBytes } from './bytes.ts';

/**
 * Makes the test of whether a value can be sent to a thread or a process and back. It does what the wire does, since
 * the two differ: a SharedArrayBuffer can be sent to a thread only.
 *
 * @param kind - What it would be sent to.
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
