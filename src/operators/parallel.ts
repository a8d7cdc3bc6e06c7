import { lastValueFrom, map, reduce } from 'rxjs';
import type { Delivery } from '../flow/Delivery.ts';
import { flow$ } from '../flow/flow.ts';
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
      reduce(collect<Received<Out, Where> | Returned<Policy>>, []),
      map((parts) => joined(parts.sort((a, b) => a.first - b.first))),
    ),
  );
  return await lastValueFrom(results$, { defaultValue: [] });
}

/** The results of consecutive items. */
interface Part<Out> {
  readonly first: number;
  readonly values: readonly Out[];
  /** The same, where others may be added. */
  readonly growing?: Out[];
  /** The index that comes next. */
  end: number;
}

/** Results of fewer items are put together, since a part for each would hold more than they do. */
const FEW = 64;

/**
 * Adds a delivery to the part that it continues. Deliveries of generators, which may have several values per item, stay
 * apart.
 */
function collect<Out>(parts: Part<Out>[], delivery: Delivery<Out>): Part<Out>[] {
  const { first, values, indices, count, failed, failure } = delivery;
  if (failure !== undefined) throw failure;
  const last = parts.at(-1);
  if (values.length >= FEW) parts.push({ first, values, end: first + count });
  else if (last?.growing !== undefined && last.end === first && indices === undefined && failed === undefined) {
    for (const value of values) last.growing.push(value);
    last.end += count;
  } else {
    const growing = [...values];
    parts.push({ first, values: growing, growing, end: first + count });
  }
  delivery.done();
  return parts;
}

/** The number of lists that one call concatenates, since it has an argument for each of them. */
const BATCH = 1000;

/** All values, one after the other: several times as fast as by `push`, which copies the growing list again and again. */
function joined<Out>(parts: readonly Part<Out>[]): Out[] {
  let lists = parts.map(({ values }) => values);
  do {
    const batches: Out[][] = [];
    for (let at = 0; at < lists.length; at += BATCH) batches.push(([] as Out[]).concat(...lists.slice(at, at + BATCH)));
    lists = batches;
  } while (lists.length > 1);
  return (lists[0] ?? []) as Out[];
}
