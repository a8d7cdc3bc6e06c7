import { Observable, type Observer } from 'rxjs';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import { inContext } from '../util/rx/inContext.ts';
import { addMembers, type PooledMembers } from './calls/addMembers.ts';
import { PooledCalls } from './calls/PooledCalls.ts';
import type { ConfigOf } from './config/ParallelConfig.ts';
import type { CallConfig, PooledConfig } from './config/PooledConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * A function from {@link pooled$}. It returns an Observable, and each subscription to it is a call that runs on a pool.
 *
 * @typeParam In - Its argument.
 * @typeParam Out - Its result, or each of its results.
 */
export interface PooledObservable<In, Out> extends PooledMembers {
  /**
   * Calls the task on the pool, each time it is subscribed to.
   *
   * @param item - What the task is called with; it is copied to the worker.
   * @param call - The signal, the timeout and the priority of this call.
   */
  (item: In, call?: CallConfig): Observable<Out>;
}

/**
 * Makes a function from a task. Each call runs the task on a pool. Use it in `switchMap`, `concatMap` and `exhaustMap`.
 *
 * ```text
 * source  -ab-cd|      one call per letter, by mergeMap, on two workers
 * task      a takes 4 frames, c takes 3, b and d take 1
 * result  ---B-AD(C|)
 * ```
 *
 * - **emits** the result of the task, or the yields of a generator
 * - **queues** calls while all workers are busy, by `priority`. `maxQueue` and `maxWait` bound the queue: a call beyond
 *   them fails with a {@link QueueFullError}
 * - **completes** when the task has ended
 * - **errors** as {@link pooled} rejects
 * - **on unsubscribe** leaves the queue, or aborts the `signal` of the running task
 *
 * @example Search only for the last text that a user types
 * ```ts
 * const { search } = tasks<typeof import('./search.ts')>(new URL('./search.ts', import.meta.url));
 * const found$ = pooled$(search);
 *
 * typed$.pipe(switchMap((text) => found$(text))).subscribe(showAll);
 * ```
 *
 * @param task - A function, which is sent as its source text and cannot use the variables around it; or a task of a module,
 *   from {@link tasks}.
 * @param config - The options; required, with `args`, if the task has arguments after the item.
 * @throws TypeError or RangeError at the call if an option is wrong or the function cannot be sent.
 * @see {@link pooled} for promises, {@link threaded$} for a worker of its own, {@link parallelMap} for all items of a
 *   source.
 */
export function pooled$<In, Out, Args extends readonly unknown[], Where extends PoolChoice = PoolChoice>(
  task: Takes<In, Out, Args, Where>,
  ...config: ConfigOf<PooledConfig<NoInfer<In>, NoInfer<Args>> & RunsIn<Where>, Args>
): PooledObservable<In, Received<Out, Where>> {
  const calls = new PooledCalls(task, config[0], true);
  const call$ = (item: In, options?: CallConfig): Observable<Received<Out, Where>> =>
    new Observable<Received<Out, Where>>((subscriber) => {
      calls.call(item, options, subscriber as Observer<unknown>, (cancel) => {
        subscriber.add(cancel);
      });
    }).pipe(inContext());
  return addMembers(call$, calls);
}
