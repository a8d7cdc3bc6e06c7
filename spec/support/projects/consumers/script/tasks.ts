import { isMainThread } from 'node:worker_threads';
import { currentTask } from 'rxjs-parallel/worker';
import { FACTOR } from './factor.ts';

export const double = (n: number): number => (currentTask() === undefined ? NaN : n * FACTOR);

/** Where it runs, as seen from the program of a process. */
export const placeFrom = (pid: number): string => {
  if (process.pid !== pid) return 'in a process';
  return isMainThread ? 'here' : 'in a thread';
};
