import type { Observable } from 'rxjs';
import type { AnyTask } from '../../../tasks/Task.ts';
import type { Pool, WorkerKind } from '../../pool.ts';
import { FreshPool } from '../FreshPool.ts';
import { isSerial, openPool$, type Workers } from '../openPool.ts';
import type { PoolChoice } from '../PoolChoice.ts';
import { BUILD_ID } from './buildId.ts';
import { poolLoadedLater } from './poolLoadedLater.ts';
import { webWorkers } from './webWorkers.ts';

export { workersMissing } from './webWorkers.ts';

const WORKERS: Workers = {
  buildId: BUILD_ID,
  launcherOf: webWorkers,
  localPool: poolLoadedLater,
  serialPool: poolLoadedLater,
};

/** The same as {@link openPool$}, with the workers of a browser. */
export function withPool$<T>(
  choice: PoolChoice,
  workers: number | undefined,
  use$: (pool: Pool, workers: number) => Observable<T>,
  task?: AnyTask,
): Observable<T> {
  return openPool$(WORKERS, choice, workers, use$, task);
}

/**
 * A pool that starts a worker for each job and ends it after the job. At most `workers` run at once.
 *
 * @param task - The task of the jobs: they run in this thread if its script is not to be had.
 * @param daemon - Whether the program may end while the workers work.
 */
export function freshPool(kind: WorkerKind, workers: number, task?: AnyTask, daemon = false): Pool {
  if (task !== undefined && isSerial(task)) return poolLoadedLater(webWorkers(kind));
  return new FreshPool(webWorkers(kind), workers, daemon);
}
