import type { Items } from '../flow/intake.ts';
import type { Task, TaskFunction } from '../tasks/Task.ts';
import { checkOptions } from '../util/check.ts';
import { parallel } from './parallel.ts';
import type { ConfigOf, ParallelConfig, Returned } from './ParallelConfig.ts';
import { OPTIONS, type AnyConfig } from './planning.ts';

/** Options of {@link parallelAsync}: those of {@link parallel}, without a pool. */
export type ParallelAsyncConfig<In = unknown, Args extends readonly unknown[] = []> = Omit<
  ParallelConfig<In, Args>,
  'pool'
>;

/** As many promises at a time as the original has. */
const WORKERS = 16;

const LOCAL_OPTIONS = OPTIONS.filter((name) => name !== 'pool');

/**
 * Runs an async function on all items in this thread, 16 at a time unless `workers` says otherwise, and resolves to the
 * results in the order of the items. Nothing is copied, and closures work. When one fails, the `signal` of the others
 * (see {@link currentTask}) aborts.
 *
 * @example Load pages, eight at a time
 * ```ts
 * const pages = await parallelAsync((url: string) => fetch(url), urls, { workers: 8 });
 * ```
 *
 * @param fn - The function.
 * @param items - An iterable, async iterable (also a Node or web stream) or Observable, which ends.
 * @param config - The options of {@link parallel}; `workers` is 16 by default.
 * @returns A promise that rejects with a TypeError or RangeError if an option is wrong, and with the first error of the
 *   items, or of the function as `onError` says.
 */
export async function parallelAsync<
  In,
  Out,
  Args extends readonly unknown[],
  const C extends ParallelAsyncConfig<NoInfer<In>, NoInfer<Args>>,
>(
  fn: TaskFunction<In, Out, Args> | Task<In, Out, Args>,
  items: Items<In>,
  ...config: ConfigOf<C, Args, keyof ParallelAsyncConfig>
): Promise<(Out | Returned<C>)[]> {
  const [given = {}] = config as readonly [AnyConfig?];
  checkOptions(given, LOCAL_OPTIONS);
  const { workers = WORKERS } = given;
  const local: AnyConfig = { ...given, workers, pool: 'local' };
  return await parallel(fn as never, items, local as never);
}
