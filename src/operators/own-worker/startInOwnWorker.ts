import { map } from 'rxjs';
import type { WorkerKind } from '../../pools/pool.ts';
import { reportUnhandled } from '../../util/rx/reportUnhandled.ts';
import { alone$ } from './inOwnWorker.ts';
import { start, type Started } from './Started.ts';

/** Calls a function in a worker of its own, at once. */
export function startAlone$<Out>(task: unknown, kind: WorkerKind, args: readonly unknown[]): Started<Out> {
  const result$ = alone$<Out>(task, kind)([args], 1).pipe(map(([, result]) => result));

  return start(result$, (error, heard) => {
    if (!heard) reportUnhandled(error);
  });
}
