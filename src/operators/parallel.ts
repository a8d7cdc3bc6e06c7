import { lastValueFrom, map, reduce } from 'rxjs';
import { flow$ } from '../flow/flow.ts';
import { Parts } from '../flow/Parts.ts';
import { checkItems } from '../flow/source/checkItems.ts';
import type { Items } from '../flow/source/Items.ts';
import { sizeOf } from '../flow/source/sizeOf.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import type { ConfigOf, ParallelConfig, Returned } from './config/ParallelConfig.ts';
import { resolveConfig } from './config/resolveConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * Runs a task on all items, on several workers at once, and resolves to the results in the order of the items.
 *
 * The yields of a generator take the place of its item, one after the other. Skipped items leave no gap.
 *
 * - **resolves** when the items have ended and every task has ended
 * - **queues** at most `bufferSize` items of an iterable, and the items of an Observable without a bound; holds all results
 * - **rejects** with the first error of the items, or, if `onError` is `'throw'`, of a task, and cancels the other tasks;
 *   with a TypeError or RangeError, before the first item is read, if an option is wrong or the function cannot be sent
 * - **on abort** of its `signal` stops reading items, cancels the running tasks, and rejects with the reason
 *
 * @example All cores, in order, with a bar on the terminal
 * ```ts
 * const jpegs = await parallel(thumbnail, photos, { progress: true });
 * ```
 *
 * @param task - A function, which is sent as its source text, or a task of a module, from {@link tasks}.
 * @param items - An iterable, an async iterable (a Node stream or web stream is one) or an Observable. It must end.
 * @param config - The options; required, with `args`, if the task has arguments after the item.
 * @returns The results, without their indices.
 * @throws Nothing at the call: all errors reject the promise.
 * @see {@link parallel$} for results as soon as they are ready, and for endless items.
 */
export async function parallel<
  In,
  Out,
  Args extends readonly unknown[],
  Policy extends ErrorPolicy = 'throw',
  Where extends PoolChoice = PoolChoice,
>(
  task: Takes<In, Out, Args, Where>,
  items: Items<In>,
  ...config: ConfigOf<ParallelConfig<NoInfer<In>, NoInfer<Args>, Policy> & RunsIn<Where>, Args>
): Promise<(Received<Out, Where> | Returned<NoInfer<Policy>>)[]> {
  checkItems(items);
  const { run$ } = resolveConfig(task, config[0], { total: sizeOf(items) });

  const results$ = run$((plan) =>
    flow$<In, Received<Out, Where> | Returned<Policy>>(items, plan).pipe(
      reduce((parts, delivery) => {
        parts.add(delivery);
        return parts;
      }, new Parts<Received<Out, Where> | Returned<Policy>>()),
      map((parts) => parts.join()),
    ),
  );
  return await lastValueFrom(results$, { defaultValue: [] });
}
