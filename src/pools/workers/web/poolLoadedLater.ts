import { defer, from, mergeMap, type Observable } from 'rxjs';
import { TaskLoadError } from '../../../tasks/errors/errors.ts';
import { messageOf } from '../../../util/messageOf.ts';
import type { Job, Pool, Settlements } from '../../pool.ts';
import type { WorkerLauncher } from '../Transport.ts';
import type { poolOfThread } from './poolOfThread.ts';

/** Makes pools of this thread, once the code for them has been loaded. */
let makePool: typeof poolOfThread | undefined;

/**
 * A pool of this thread whose code is loaded for its first job, since programs whose tasks all run in workers do without.
 * If it has been loaded before, jobs begin at once.
 *
 * @param of - How many calls it may run at once; or the workers in whose place it runs.
 */
export function poolLoadedLater(of: number | WorkerLauncher): Pool {
  let pool: Pool | undefined;
  const open = (make: typeof poolOfThread): Pool => (pool ??= make(of));
  return {
    size: typeof of === 'number' ? of : 1,
    crashes: false,
    run$: <In, Out>(job: Job<In>): Observable<Settlements<Out>> =>
      defer(() => {
        if (makePool !== undefined) return open(makePool).run$<In, Out>(job);
        return from(load()).pipe(mergeMap((make) => open(make).run$<In, Out>(job)));
      }),
    close: async (config) => {
      await pool?.close(config);
    },
  };
}

async function load(): Promise<typeof poolOfThread> {
  try {
    return (makePool = (await import('./poolOfThread.ts')).poolOfThread);
  } catch (cause) {
    throw new TaskLoadError(
      `a file of this library, which runs tasks in this thread, cannot be loaded: ${messageOf(cause)}`,
      { cause },
    );
  }
}
