import { GRACE_MS } from './defaults.ts';

/**
 * The time that a task has to stop after its timeout, in milliseconds: bounded, also where an abandoned task may run to its end.
 *
 * @param ofTask - The grace period of the task; undefined for that of the pool.
 */
export function timeoutGrace(ofTask: number | undefined, ofPool: number): number {
  return ofTask === undefined ? ofPool : Math.min(ofTask, Math.max(ofPool, GRACE_MS));
}
