import { flow$ } from '../flow/flow.ts';
import type { Indexed } from '../flow/Indexed.ts';
import { checkItems } from '../flow/source/checkItems.ts';
import type { Items } from '../flow/source/Items.ts';
import { sizeOf } from '../flow/source/sizeOf.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import { pull } from '../flow/pull.ts';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import type { ConfigOf, ParallelConfig, Returned } from './config/ParallelConfig.ts';
import { resolveConfig } from './config/resolveConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * Runs a task on items that it pulls, on several workers at once, and yields each result with the index of its item. It
 * waits for its consumer: this is the function for back-pressure.
 *
 * Nothing happens before the first `next`. After that, the run works ahead of the consumer, as far as `bufferSize` allows.
 * Each `next` gets the next result, and waits if there is none yet. Several calls may wait at once; they are answered in
 * their order.
 *
 * - **yields** `[index, result]` in the order in which tasks end; with `ordered` in the order of the items
 * - **queues** at most `bufferSize` items of an iterable or async iterable, including those whose results wait for the
 *   consumer, and the items of an Observable without a bound
 * - **ends** when the items have ended and all results have been taken
 * - **throws** the first error of the items, or, if `onError` is `'throw'`, of a task: once, after the results before it;
 *   cancels the other tasks
 * - **on `return`** (a `break` in `for await`) closes the items, cancels the running tasks, drops the results that were not
 *   taken, and ends each `next` that waits
 *
 * A generator that waits for the consumer keeps its worker. If the consumer waits for another run, give that run a pool of
 * its own.
 *
 * @example Clean a file on all cores, in order, as fast as the disk can write
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
 * @param task - A function, which is sent as its source text, or a task of a module, from {@link tasks}.
 * @param items - An iterable, an async iterable (a Node stream or web stream is one) or an Observable.
 * @param config - The options; required, with `args`, if the task has arguments after the item.
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
