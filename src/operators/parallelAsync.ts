import type { Items } from '../flow/source/openSource.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import type { Task, TaskFunction } from '../tasks/Task.ts';
import { takeOptions } from '../util/takeOptions.ts';
import { parallel } from './parallel.ts';
import type { ConfigOf, ParallelConfig, Returned } from './config/ParallelConfig.ts';
import { OPTIONS, type AnyConfig } from './config/resolveConfig.ts';

/**
 * Options of {@link parallelAsync}: those of {@link parallel}, without those that only workers need: `pool` and `crashRetries`.
 *
 * @typeParam In - What `partitionBy` is given. Left out, it takes any item.
 * @typeParam Args - What the function takes besides the item. Left out, nothing.
 */
export type ParallelAsyncConfig<
  In = unknown,
  Args extends readonly unknown[] = [],
  Policy extends ErrorPolicy = 'throw' | 'skip',
> = Omit<ParallelConfig<In, Args, Policy>, 'pool' | 'crashRetries'>;

/** Options in a variable may have more than they need, but not what would be ignored: no worker can die here. */
interface NoWorkers {
  readonly pool?: never;
  readonly crashRetries?: never;
}

/** As many promises at a time as the original has. */
const WORKERS = 16;

const LOCAL_OPTIONS = OPTIONS.filter((name) => name !== 'pool' && name !== 'crashRetries');

/**
 * Runs an async function on all items in this thread, 16 at a time unless `workers` says otherwise, and resolves to the
 * results in the order of the items.
 *
 * Nothing is copied, unless `transfer` moves it, and closures work. When the run fails, the `signal` of the calls that are
 * under way (see {@link currentTask}) aborts, and what comes of them is dropped.
 *
 * - **resolves** when the items have ended and every call has ended
 * - **queues** never more than `bufferSize` items of an iterable; an Observable's without bound. All results are held
 * - **rejects** with the first error of the items, or of the function as `onError` says, and tells the other calls by their
 *   `signal`; with a TypeError or RangeError, before it asks for an item, if an option is wrong
 * - **on abort** of its `signal` leaves the items, tells the running calls by theirs, and rejects with the reason
 *
 * @example Load pages, eight at a time
 * ```ts
 * const pages = await parallelAsync((url: string) => fetch(url), urls, { workers: 8 });
 * ```
 *
 * @param fn - A function, or a task of a module, made by {@link tasks}, which this thread imports.
 * @param items - An iterable, async iterable (also a Node or web stream) or Observable, which ends.
 * @param config - The options of {@link parallel}; `workers` is 16 by default.
 * @returns The results, without their indices.
 * @throws Nothing at the call: all errors come by the promise.
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
