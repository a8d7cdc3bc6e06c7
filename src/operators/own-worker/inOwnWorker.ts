import { defer, type Observable } from 'rxjs';
import { flow$ } from '../../flow/flow.ts';
import type { Indexed } from '../../flow/Indexed.ts';
import type { Items } from '../../flow/source/Items.ts';
import { emitPairs } from '../../flow/emitPairs.ts';
import { freshPool } from '../../pools/workers/node/withPool.ts';
import type { Pool, WorkerKind } from '../../pools/pool.ts';
import type { AnyTask, TaskStyle } from '../../tasks/Task.ts';
import { inTurn } from '../../util/rx/inTurn.ts';
import { resolveConfig } from '../config/resolveConfig.ts';

/**
 * Checks a task at the call, and returns a function that runs it, each time in a worker of its own that ends with it.
 *
 * @param open - Makes the pool that starts the workers; a test passes one in virtual time.
 * @throws TypeError if it is no task, or cannot be sent.
 */
export function inOwnWorker$<Out>(
  task: unknown,
  kind: WorkerKind,
  style: TaskStyle = 'spread',
  open: (kind: WorkerKind, workers: number, task: AnyTask) => Pool = freshPool,
): (items: Items<unknown>, workers: number) => Observable<Indexed<Out>> {
  const { plan, task: checked } = resolveConfig(task, { pool: kind }, { style });

  return (items, workers) =>
    defer(() =>
      flow$<unknown, Out>(items, {
        ...plan(open(kind, workers, checked), workers),
        chunkSize: 1,
        crashRetries: 0,
      }).pipe(inTurn(emitPairs<Out>)),
    );
}
