import { defer, finalize, type Observable } from 'rxjs';
import { availableParallelism } from '../../platform/availableParallelism.ts';
import { perThread } from '../../tasks/perThread.ts';
import { runsSerially } from '../../tasks/script/runsSerially.ts';
import type { AnyTask } from '../../tasks/Task.ts';
import { bare } from '../../util/bare.ts';
import { Multiset } from '../../util/collections/Multiset.ts';
import { OPEN_GATE$ } from '../../util/rx/startGate.ts';
import type { Pool, WorkerKind } from '../pool.ts';
import { insideWorker } from '../worker-side/insideWorker.ts';
import type { PoolChoice } from './PoolChoice.ts';
import { resolveSettings } from './config/resolveSettings.ts';
import { SlotPool } from './SlotPool.ts';
import type { WorkerLauncher } from './Transport.ts';

/** The workers of a platform. */
export interface Workers {
  /** Tells builds of this package apart. */
  readonly buildId: string;
  /** @throws TypeError where there are none of a kind. */
  readonly launcherOf: (kind: WorkerKind) => WorkerLauncher;
  /** Makes a pool of this thread, with up to so many calls at once. */
  readonly localPool: (workers: number) => Pool;
  /** Makes a pool of this thread that runs as a pool of workers does: values are converted as for a worker. */
  readonly serialPool: (launcher: WorkerLauncher) => Pool;
}

/**
 * Opens the chosen pool on subscription, and releases it at the end.
 *
 * @param workers - The number of workers that the run wants; undefined for all.
 * @param use$ - Makes the run from the pool and the number of workers that it may use at once.
 * @param task - The task of the run. If its script is not to be had, it runs in this thread.
 */
export function openPool$<T>(
  platform: Workers,
  choice: PoolChoice,
  workers: number | undefined,
  use$: (pool: Pool, workers: number) => Observable<T>,
  task?: AnyTask,
): Observable<T> {
  return defer(() => {
    if (usesWorkers(choice, workers) && task !== undefined && isSerial(task))
      return openPool$(platform, choice, 0, use$);
    if (typeof choice === 'object') {
      if (workers === 0) return use$(choice.serial ?? platform.localPool(1), 1);
      return use$(choice, Math.min(workers ?? choice.size, choice.size));
    }
    const wanted = workers ?? (choice !== 'local' && insideWorker() ? 0 : availableParallelism());
    if (choice === 'local') return use$(platform.localPool(Math.max(wanted, 1)), Math.max(wanted, 1));
    const launcher = platform.launcherOf(choice);
    // A run without workers runs here, but as in a worker pool: values are converted as for a worker.
    if (wanted === 0) return use$(platform.serialPool(launcher), 1);
    return lease$(platform.buildId, launcher, wanted, use$);
  });
}

function usesWorkers(choice: PoolChoice, workers: number | undefined): boolean {
  if (workers === 0 || choice === 'local') return false;
  return typeof choice === 'object' ? choice.sends === true : workers !== undefined || !insideWorker();
}

/** Whether a task runs in this thread, since its script is not to be had. */
export function isSerial({ origin }: AnyTask): boolean {
  return origin.kind === 'served' && origin.script !== undefined && runsSerially(origin.script);
}

/** The pool that all runs of a kind share, and the number of workers that each run wants. */
interface Owned {
  readonly pool: SlotPool;
  readonly wanted: Multiset;
}

function lease$<T>(
  buildId: string,
  launcher: WorkerLauncher,
  workers: number,
  use$: (pool: Pool, workers: number) => Observable<T>,
): Observable<T> {
  // Shared by all copies of one build, so that a program that both imports and requires it has one set of workers.
  const owned = perThread(`pools ${buildId}`, (): Partial<Record<WorkerKind, Owned>> => bare({}));
  const { pool, wanted } = (owned[launcher.kind] ??= {
    pool: new SlotPool(availableParallelism(), OPEN_GATE$, resolveSettings(launcher, bare({}))),
    wanted: new Multiset(),
  });
  const resize = (): void => {
    pool.resize(Math.max(availableParallelism(), wanted.max));
  };

  wanted.add(workers);
  resize();
  return use$(pool, workers).pipe(
    finalize(() => {
      wanted.delete(workers);
      resize();
    }),
  );
}
