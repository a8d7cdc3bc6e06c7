import { Observable, type Observer } from 'rxjs';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import { inContext } from '../util/rx/inContext.ts';
import { addMembers, type PooledMembers } from './calls/addMembers.ts';
import { PooledCalls } from './calls/PooledCalls.ts';
import type { ConfigOf } from './config/ParallelConfig.ts';
import type { CallConfig, PooledConfig } from './config/PooledConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * A function that runs on a pool, made by {@link pooled$}: each subscription to what it gives is a call.
 *
 * @typeParam In - What it is called with.
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
 * Makes a function of a task, whose calls run on a pool: for `switchMap`, `concatMap` and `exhaustMap`.
 *
 * ```text
 * call    f('a')       a worker is free, and takes 4 frames
 * result  ----(A|)
 * ```
 *
 * - **emits** the result of the task; a generator's yields
 * - **queues** the calls that come while all workers are busy, by `priority`, and without bound unless `maxQueue` or
 *   `maxWait` sets one: then it errors with a {@link QueueFullError}
 * - **completes** when the task has ended
 * - **errors** as {@link pooled} rejects
 * - **on unsubscribe** leaves the queue, or tells the running task to stop
 *
 * @example Only the last of the texts that a user types
 * ```ts
 * const { search } = tasks<typeof import('./search.ts')>(new URL('./search.ts', import.meta.url));
 * const found$ = pooled$(search);
 *
 * typed$.pipe(switchMap((text) => found$(text))).subscribe(showAll);
 * ```
 *
 * @param task - A function, which is sent as its source text and sees nothing around it; or a task of a module, made by
 *   {@link tasks}.
 * @param config - The options; required, with `args`, where the task takes more than the item.
 * @throws TypeError or RangeError at the call if an option is wrong or the function cannot be sent.
 * @see {@link pooled} for promises, {@link threaded$} for a worker of its own, {@link parallelMap} for all items of a source.
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
