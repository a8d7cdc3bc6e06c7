import type { Observable } from 'rxjs';
import type { Indexed } from '../../flow/Indexed.ts';
import { checkItems } from '../../flow/source/checkItems.ts';
import type { Items } from '../../flow/source/Items.ts';
import { checkCount } from '../../util/check.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import { inOwnWorker$ } from './inOwnWorker.ts';
import type { Received, Takes } from '../config/Received.ts';

/** Options of {@link runProcs$}. */
export interface RunProcsConfig {
  /** The maximum number of processes at once, an integer from 1. @defaultValue the number of items */
  readonly workers?: number;
}

/**
 * Runs a task on each item in a process of its own.
 *
 * ```text
 * source  -a-b-c-|
 * task      each takes 3 frames
 * result  ----A-B-(C|)   with indices 0, 1, 2
 * ```
 *
 * - **emits** `[index, result]` as soon as a process has a result
 * - **queues** nothing; without `workers`, each item starts as soon as it arrives
 * - **completes** when all processes have exited
 * - **errors** with the first {@link TaskError}, or with the {@link WorkerCrashError} of a process that died; ends the
 *   others
 * - **on unsubscribe** ends the processes
 *
 * @example
 * ```ts
 * runProcs$(render, scenes, { workers: 4 }).subscribe(([index, image]) => show(index, image));
 * ```
 *
 * @param task - A function, which is sent as its source text, or a task of a module, from {@link tasks}.
 * @param args - The items: an iterable, an async iterable or an Observable.
 * @param config - The number of processes.
 * @throws TypeError or RangeError at the call if an option is wrong or the function cannot be sent.
 * @see {@link parallel$} with `pool: 'process'`, which runs many items in each process.
 */
export function runProcs$<In, Out>(
  task: Takes<In, Out>,
  args: Items<In>,
  config: RunProcsConfig = {},
): Observable<Indexed<Received<Out>>> {
  const { workers = Infinity } = takeOptions(config, ['workers']);
  if (workers !== Infinity) checkCount('workers', workers, 1);
  checkItems(args);

  return inOwnWorker$<Received<Out>>(task, 'process', 'item')(args, workers);
}
