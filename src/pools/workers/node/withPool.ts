import type { Observable } from 'rxjs';
import { isLoaded } from '../../../tasks/script/node/runsSerially.ts';
import type { AnyTask } from '../../../tasks/Task.ts';
import { LocalPool } from '../../local/LocalPool.ts';
import type { Pool, WorkerKind } from '../../pool.ts';
import { FreshPool } from '../FreshPool.ts';
import { isSerial, openPool$, type Workers } from '../openPool.ts';
import type { PoolChoice } from '../PoolChoice.ts';
import { serialPool } from '../serialPool.ts';
import { nodeWorkers } from './nodeWorkers.ts';
import { BUILD_ID } from './script/buildId.ts';
import { withFallback } from './scriptFallback.ts';

export type { Here, PoolChoice } from '../PoolChoice.ts';
export { workersMissing } from './script/workerScript.ts';

const WORKERS: Workers = {
  buildId: BUILD_ID,
  launcherOf: nodeWorkers,
  localPool: (workers) => new LocalPool({ workers }),
  serialPool,
};

/** The same as {@link openPool$}, with the workers of Node. */
export function withPool$<T>(
  choice: PoolChoice,
  workers: number | undefined,
  use$: (pool: Pool, workers: number) => Observable<T>,
  task?: AnyTask,
): Observable<T> {
  const useGuarded$ = (pool: Pool, concurrency: number): Observable<T> => use$(guarded(pool, task), concurrency);
  return openPool$(WORKERS, choice, workers, useGuarded$, task);
}

/**
 * A pool that starts a worker for each job and ends it after the job. At most `workers` run at once.
 *
 * @param task - The task of the jobs: they run in this thread if its script is not to be had.
 * @param daemon - Whether the program may end while the workers work.
 */
export function freshPool(kind: WorkerKind, workers: number, task?: AnyTask, daemon = false): Pool {
  if (task !== undefined && isSerial(task)) return serialPool(nodeWorkers(kind));
  return guarded(new FreshPool(nodeWorkers(kind), workers, daemon), task);
}

function guarded(pool: Pool, task: AnyTask | undefined): Pool {
  const script = task?.origin.kind === 'served' ? task.origin.script : undefined;
  if (script?.local === undefined || isLoaded(script) || pool.sends !== true) return pool;
  return withFallback(pool, script, () => serialPool(nodeWorkers('thread')));
}
