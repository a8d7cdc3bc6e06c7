import { map } from 'rxjs';
import type { WorkerKind } from '../../pools/pool.ts';
import { reportUnhandled } from '../../util/rx/reportUnhandled.ts';
import { inOwnWorker$ } from './inOwnWorker.ts';
import { start, type Started } from './Started.ts';

/** Calls a function in a worker of its own, at once. */
export function startInOwnWorker$<Out>(task: unknown, kind: WorkerKind, args: readonly unknown[]): Started<Out> {
  const result$ = inOwnWorker$<Out>(task, kind)([args], 1).pipe(map(([, result]) => result));

  return start(result$, (error, hasSubscriber) => {
    if (!hasSubscriber) reportUnhandled(error);
  });
}
