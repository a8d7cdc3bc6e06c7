import type { Observable } from 'rxjs';
import type { Pool, WorkerKind } from '../../pool.ts';
import { FreshPool } from '../FreshPool.ts';
import { openPool$, type Workers } from '../openPool.ts';
import type { PoolChoice } from '../PoolChoice.ts';
import { BUILD_ID } from './buildId.ts';
import { webWorkers } from './webWorkers.ts';

export { workersMissing } from './webWorkers.ts';

const WORKERS: Workers = { buildId: BUILD_ID, launcherOf: webWorkers };

/** The same as {@link openPool$}, with the workers of a browser. */
export function withPool$<T>(
  choice: PoolChoice,
  workers: number | undefined,
  use$: (pool: Pool, workers: number) => Observable<T>,
): Observable<T> {
  return openPool$(WORKERS, choice, workers, use$);
}

/**
 * A pool that starts a worker for each job and ends it after the job. At most `workers` run at once.
 *
 * @param daemon - Whether the program may end while the workers work.
 */
export function freshPool(kind: WorkerKind, workers: number, daemon = false): Pool {
  return new FreshPool(webWorkers(kind), workers, daemon);
}
