import type { Observable } from 'rxjs';
import { flow$ } from '../flow/flow.ts';
import type { Indexed } from '../flow/Indexed.ts';
import { checkItems } from '../flow/source/checkItems.ts';
import type { Items } from '../flow/source/Items.ts';
import { sizeOf } from '../flow/source/sizeOf.ts';
import { emitPairs } from '../flow/emitPairs.ts';
import type { ErrorPolicy } from '../flow/Plan.ts';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import { inTurn } from '../util/rx/inTurn.ts';
import type { ConfigOf, ParallelConfig, Returned } from './config/ParallelConfig.ts';
import { resolveConfig } from './config/resolveConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * Runs a task on items that it pulls, on several workers at once, and emits each result with the index of its item.
 *
 * ```text
 * items   a, b, c
 * task      a takes 4 frames, b and c take 1; two workers
 * result  -BC-(A|)       with indices 1, 2, 0
 * ```
 *
 * - **emits** `[index, result]` as soon as a task ends; with `ordered` in the order of the items
 * - **queues** at most `bufferSize` items of an iterable or async iterable, which may be endless, and the items of an
 *   Observable without a bound
 * - **completes** when the items have ended and every task has ended
 * - **errors** with the first error of the items, or, if `onError` is `'throw'`, of a task; cancels the other tasks
 * - **on unsubscribe** closes the items (the `finally` of a generator runs), and cancels the running tasks
 *
 * Items, arguments and results are copied (structured clone), unless `transfer` moves them.
 *
 * @example Take the first five of an endless source
 * ```ts
 * parallel$(isPrime, naturals()).pipe(filter(([, prime]) => prime), take(5)).subscribe(console.log);
 * ```
 *
 * @param task - A function, which is sent as its source text, or a task of a module, from {@link tasks}.
 * @param items - An iterable, an async iterable (a Node stream or web stream is one) or an Observable.
 * @param config - The options; required, with `args`, if the task has arguments after the item.
 * @throws TypeError or RangeError at the call if an option is wrong or the function cannot be sent.
 * @see {@link parallelIterable} to wait for a slow consumer.
 */
export function parallel$<
  In,
  Out,
  Args extends readonly unknown[],
  Policy extends ErrorPolicy = 'throw',
  Where extends PoolChoice = PoolChoice,
>(
  task: Takes<In, Out, Args, Where>,
  items: Items<In>,
  ...config: ConfigOf<ParallelConfig<NoInfer<In>, NoInfer<Args>, Policy> & RunsIn<Where>, Args>
): Observable<Indexed<Received<Out, Where> | Returned<NoInfer<Policy>>>> {
  checkItems(items);
  const { run$ } = resolveConfig(task, config[0], { total: sizeOf(items) });

  return run$((plan) => flow$<In, Received<Out, Where> | Returned<Policy>>(items, plan).pipe(inTurn(emitPairs)));
}
