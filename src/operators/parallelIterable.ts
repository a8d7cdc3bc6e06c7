import { flow$ } from '../flow/flow.ts';
import type { Indexed } from '../flow/Indexed.ts';
import { checkItems, sizeOf, type Items } from '../flow/intake.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import { pull } from '../flow/pull.ts';
import type { Task, TaskFunction } from '../tasks/Task.ts';
import type { ConfigOf, ParallelConfig, Returned } from './ParallelConfig.ts';
import { planning } from './planning.ts';

/**
 * Runs a task on items that it pulls, on several workers at once, for a consumer that it waits for: the back-pressured end
 * of a pipeline. Starts with the first `next`.
 *
 * - **emits** `[index, result]` as they are asked for, in the order in which tasks end; with `ordered` in that of the items
 * - **queues** never more than `bufferSize` items, results that wait for the consumer included
 * - **completes** when the items have ended and all results have been taken
 * - **errors** with the first error of the items, or of a task as `onError` says, after the results before it
 * - **on return** (a `break` in `for await`) leaves the items, and cancels the running tasks
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
export function parallelIterable<In, Out, Args extends readonly unknown[], Policy extends ErrorPolicy = 'throw'>(
  task: TaskFunction<In, Out, Args> | Task<In, Out, Args>,
  items: Items<In>,
  ...config: ConfigOf<ParallelConfig<NoInfer<In>, NoInfer<Args>, Policy>, Args>
): AsyncIterableIterator<Indexed<Out | Returned<Policy>>> {
  checkItems(items);
  const { run$ } = planning(task, config[0], { total: sizeOf(items) });

  return pull((wanted$) => run$((plan) => flow$<In, Out | Returned<Policy>>(items, { ...plan, wanted$ })));
}
