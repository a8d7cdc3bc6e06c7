import { clone } from '../../../platform/clone.ts';

/** Whether a value can be sent to a worker and back. */
export function isCloneable(value: unknown): boolean {
  try {
    clone(value);
    return true;
  } catch {
    return false;
  }
}
