import { flow$ } from '../flow/flow.ts';
import type { Indexed } from '../flow/Indexed.ts';
import { checkItems, sizeOf, type Items } from '../flow/source/openSource.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import { pull } from '../flow/pull.ts';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import type { ConfigOf, ParallelConfig, Returned } from './config/ParallelConfig.ts';
import { resolveConfig } from './config/resolveConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * Runs a task on items that it pulls, on several workers at once, for a consumer that it waits for: the back-pressured end
 * of a pipeline.
 *
 * Nothing happens before the first `next`; from then on it works ahead, as far as `bufferSize` allows. Each `next` gets the
 * next result, and waits where there is none yet; several may wait at once, and are answered in the order of their calls.
 *
 * - **yields** `[index, result]` as they are asked for, in the order in which tasks end; with `ordered` in that of the items
 * - **queues** never more than `bufferSize` items of an iterable or async iterable, those whose results wait for the consumer
 *   included; an Observable's without bound
 * - **ends** when the items have ended and all results have been taken
 * - **throws** once, after the results before it, the first error of the items, or of a task as `onError` says; the other
 *   tasks are cancelled
 * - **on `return`** (a `break` in `for await`) leaves the items, cancels the running tasks, drops the results that were not
 *   taken, and ends a `next` that waits
 *
 * A generator that waits for the consumer holds its worker. A consumer that itself waits for another run needs a pool of its
 * own for that.
 *
 * @example A file, cleaned by all cores, in order, as fast as the disk takes it
 * ```ts
 * await pipeline(
 *   file,
 *   lines,
 *   async function* (rows) {
 *     for await (const [, row] of parallelIterable(clean, rows, { ordered: true })) yield row;
 *   },
 *   sink,
 * );
 * ```
 *
 * @param task - A function, which is sent as its source text, or a task of a module, made by {@link tasks}.
 * @param items - An iterable, async iterable (also a Node or web stream) or Observable.
 * @param config - The options; required, with `args`, where the task takes more than the item.
 * @throws TypeError or RangeError at the call if an option is wrong or the function cannot be sent.
 * @see {@link parallel$} to compose the results with RxJS.
 */
export function parallelIterable<
  In,
  Out,
  Args extends readonly unknown[],
  Policy extends ErrorPolicy = 'throw',
  Where extends PoolChoice = PoolChoice,
>(
  task: Takes<In, Out, Args, Where>,
  items: Items<In>,
  ...config: ConfigOf<ParallelConfig<NoInfer<In>, NoInfer<Args>, Policy> & RunsIn<Where>, Args>
): AsyncIterableIterator<Indexed<Received<Out, Where> | Returned<NoInfer<Policy>>>> {
  checkItems(items);
  const { run$ } = resolveConfig(task, config[0], { total: sizeOf(items) });

  return pull((wanted$) =>
    run$((plan) => flow$<In, Received<Out, Where> | Returned<Policy>>(items, { ...plan, wanted$ })),
  );
}
