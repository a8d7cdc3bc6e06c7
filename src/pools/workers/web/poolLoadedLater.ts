import { catchError, defer, from, map, mergeMap, of as just, type Observable } from 'rxjs';
import { TaskLoadError } from '../../../tasks/errors/errors.ts';
import { messageOf } from '../../../util/messageOf.ts';
import { inRealTime } from '../../../util/rx/inRealTime.ts';
import type { Job, Pool, Settlements } from '../../pool.ts';
import { BOOT_TIMEOUT_MS } from '../../shared/defaults.ts';
import type { WorkerLauncher } from '../Transport.ts';
import type { poolOfThread } from './poolOfThread.ts';

/** The code of the pool of this thread. */
export interface PoolCode {
  /** Makes such a pool; undefined while the code has not been loaded. */
  make: typeof poolOfThread | undefined;
  readonly load: () => Promise<{ readonly poolOfThread: typeof poolOfThread }>;
  /** How long it may take to load, in milliseconds. */
  readonly maxMs: number;
}

const CODE: PoolCode = { make: undefined, load: () => import('./poolOfThread.ts'), maxMs: BOOT_TIMEOUT_MS };

/**
 * A pool of this thread whose code is loaded for its first job, since programs whose tasks all run in workers do without.
 * If it has been loaded before, jobs begin at once.
 *
 * @param of - How many calls it may run at once; or the workers in whose place it runs.
 * @param code - Its code; a test passes one that cannot be loaded.
 */
export function poolLoadedLater(of: number | WorkerLauncher, code = CODE): Pool {
  let pool: Pool | undefined;
  return {
    size: typeof of === 'number' ? of : 1,
    crashes: false,
    run$: <In, Out>(job: Job<In>): Observable<Settlements<Out>> =>
      loaded$(code).pipe(mergeMap((make) => (pool ??= make(of)).run$<In, Out>(job))),
    close: async (config) => {
      await pool?.close(config);
    },
  };
}

function loaded$(code: PoolCode): Observable<typeof poolOfThread> {
  return defer(() => {
    if (code.make !== undefined) return just(code.make);
    return from(code.load()).pipe(
      inRealTime(code.maxMs, () => new Error(`it took ${String(code.maxMs)} ms`)),
      map(({ poolOfThread }) => (code.make = poolOfThread)),
      catchError((cause: unknown) => {
        throw new TaskLoadError(`the pool of this thread did not load: ${messageOf(cause)}`, {
          cause,
        });
      }),
    );
  });
}
