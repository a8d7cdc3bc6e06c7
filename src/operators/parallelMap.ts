import type { OperatorFunction } from 'rxjs';
import { flow$ } from '../flow/flow.ts';
import type { Indexed } from '../flow/Indexed.ts';
import { emitPairs } from '../flow/emitPairs.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import { inTurn } from '../util/rx/inTurn.ts';
import type { ConfigOf, ParallelConfig, Returned } from './config/ParallelConfig.ts';
import { resolveConfig } from './config/resolveConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * Runs a task on each item, on several workers at once, and emits each result with the index of its item.
 *
 * ```text
 * source  -a-b-----c-|
 * task      a takes 4 frames, b and c take 1
 * result  ----BA----C|     with indices 1, 0, 2
 * ```
 *
 * - **emits** `[index, result]` as soon as a task ends; with `ordered` in the order of the source
 * - **queues** items that arrive while all workers are busy, without a bound (`parallel$` pulls its items, and has a bound)
 * - **completes** when the source has completed and every task has ended
 * - **errors** with the first error of the source, or, if `onError` is `'throw'`, of a task; cancels the other tasks
 * - **on unsubscribe** unsubscribes from the source, drops queued items, and cancels the running tasks: their `signal`
 *   aborts, and a worker that does not stop in time is ended
 *
 * Items, arguments and results are copied (structured clone), unless `transfer` moves them.
 *
 * @example Make thumbnails on all cores
 * ```ts
 * const { thumbnail } = tasks<typeof import('./images.ts')>(new URL('./images.ts', import.meta.url));
 *
 * from(photos).pipe(parallelMap(thumbnail)).subscribe(([index, jpeg]) => save(index, jpeg));
 * ```
 *
 * @param task - A function, which is sent as its source text and cannot use the variables around it; or a task of a module,
 *   from {@link tasks}.
 * @param config - The options; required, with `args`, if the task has arguments after the item.
 * @throws TypeError or RangeError at the call if an option is wrong or the function cannot be sent.
 * @see {@link parallel$} to pull the items, {@link parallel} for an array of all results.
 */
export function parallelMap<
  In,
  Out,
  Args extends readonly unknown[],
  Policy extends ErrorPolicy = 'throw',
  Where extends PoolChoice = PoolChoice,
>(
  task: Takes<In, Out, Args, Where>,
  ...config: ConfigOf<ParallelConfig<NoInfer<In>, NoInfer<Args>, Policy> & RunsIn<Where>, Args>
): OperatorFunction<In, Indexed<Received<Out, Where> | Returned<NoInfer<Policy>>>> {
  const { run$ } = resolveConfig(task, config[0]);

  return (source$) =>
    run$((plan) => flow$<In, Received<Out, Where> | Returned<Policy>>(source$, plan).pipe(inTurn(emitPairs)));
}
