import type { Items } from '../flow/source/Items.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import type { Task, TaskFunction } from '../tasks/Task.ts';
import { takeOptions } from '../util/takeOptions.ts';
import { parallel } from './parallel.ts';
import type { ConfigOf, ParallelConfig, Returned } from './config/ParallelConfig.ts';
import { OPTIONS, type AnyConfig } from './config/options.ts';

/**
 * Options of {@link parallelAsync}: those of {@link parallel}, except `pool` and `crashRetries`, which need workers.
 *
 * @typeParam In - The type of the items that `partitionBy` takes. If omitted, it takes any item.
 * @typeParam Args - The arguments of the function after the item. If omitted, it has none.
 */
export type ParallelAsyncConfig<
  In = unknown,
  Args extends readonly unknown[] = [],
  Policy extends ErrorPolicy = 'throw' | 'skip',
> = Omit<ParallelConfig<In, Args, Policy>, 'pool' | 'crashRetries'>;

/** Options in a variable may have further properties, but not options without effect: no worker can die here. */
interface NoWorkers {
  readonly pool?: never;
  readonly crashRetries?: never;
}

/** The number of calls at once in the original function of fastcore. */
const WORKERS = 16;

const LOCAL_OPTIONS = OPTIONS.filter((name) => name !== 'pool' && name !== 'crashRetries');

/**
 * Runs an async function on all items in this thread, with up to `workers` calls at once (16 by default), and resolves to
 * the results in the order of the items.
 *
 * Nothing is copied, except objects that `transfer` moves. Closures work. When the run fails, the `signal` of the running
 * calls aborts (see {@link currentTask}), and their results are dropped.
 *
 * - **resolves** when the items have ended and every call has ended
 * - **queues** at most `bufferSize` items of an iterable, and the items of an Observable without a bound; holds all results
 * - **rejects** with the first error of the items, or, if `onError` is `'throw'`, of the function, and aborts the `signal`
 *   of the other calls; with a TypeError or RangeError, before the first item is read, if an option is wrong
 * - **on abort** of its `signal` stops reading items, aborts the `signal` of the running calls, and rejects with the reason
 *
 * @example Load pages, eight at a time
 * ```ts
 * const pages = await parallelAsync((url: string) => fetch(url), urls, { workers: 8 });
 * ```
 *
 * @param fn - A function, or a task of a module, from {@link tasks}, which this thread imports.
 * @param items - An iterable, an async iterable (a Node stream or web stream is one) or an Observable. It must end.
 * @param config - The options of {@link parallel}; `workers` is 16 by default.
 * @returns The results, without their indices.
 * @throws Nothing at the call: all errors reject the promise.
 * @see {@link parallel} to use all cores.
 */
export async function parallelAsync<In, Out, Args extends readonly unknown[], Policy extends ErrorPolicy = 'throw'>(
  fn: TaskFunction<In, Out, Args> | Task<In, Out, Args>,
  items: Items<In>,
  ...config: ConfigOf<ParallelAsyncConfig<NoInfer<In>, NoInfer<Args>, Policy> & NoWorkers, Args>
): Promise<(Out | Returned<Policy>)[]> {
  const [options = {}] = config as readonly [AnyConfig?];
  const given = takeOptions(options, LOCAL_OPTIONS);
  const { workers = WORKERS } = given;
  const local: AnyConfig = { ...given, workers, pool: 'local' };
  return (await parallel(fn as never, items, local as never)) as (Out | Returned<Policy>)[];
}
