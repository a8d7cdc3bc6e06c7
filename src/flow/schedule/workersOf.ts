import type { Plan } from '../Plan.ts';

/** The maximum number of jobs of a run at once, now: the size of a pool of other machines changes. */
export function workersOf({
  pool,
  workers,
  maxWorkers = Infinity,
}: Pick<Plan<never>, 'pool' | 'workers' | 'maxWorkers'>): number {
  return pool.size$ === undefined ? workers : Math.min(maxWorkers, pool.size);
}
