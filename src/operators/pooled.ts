/// <reference lib="esnext.disposable" preserve="true" />
import { noop } from 'rxjs';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import { addMembers, type PooledMembers } from './calls/addMembers.ts';
import { PooledCalls } from './calls/PooledCalls.ts';
import type { ConfigOf } from './config/ParallelConfig.ts';
import type { CallConfig, PooledConfig } from './config/PooledConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * A function that runs on a pool, made by {@link pooled}: it resolves to the result of its task.
 *
 * @typeParam In - What it is called with.
 * @typeParam Out - Its result.
 */
export interface Pooled<In, Out> extends PooledMembers {
  /**
   * Calls the task on the pool.
   *
   * @param item - What the task is called with; it is copied to the worker.
   * @param call - The signal, the timeout and the priority of this call.
   */
  (item: In, call?: CallConfig): Promise<Out>;
}

/**
 * Makes a function of a task, whose calls run on a pool: for servers, which answer many short requests with warm workers.
 *
 * ```text
 * call   f('a')        a worker is free, and takes 4 frames
 * call     f('b')      waits for it
 * result ----A---B
 * ```
 *
 * - **resolves** with the result of the task
 * - **queues** the calls that come while all workers are busy, by `priority`, and without bound unless `maxQueue` or
 *   `maxWait` sets one: then it rejects with a {@link QueueFullError}
 * - **rejects** with a {@link TaskError}, {@link TaskTimeoutError}, {@link WorkerCrashError} or {@link TaskCloneError} of the
 *   call, whose `index` is its number; with a {@link TaskLoadError} if the task cannot be loaded, and with a
 *   {@link PoolClosedError} once the pool is closed, or the function disposed of
 * - **on abort** of the call's `signal` rejects at once with the reason: one that waits leaves the queue, and the task of one
 *   that runs is told to stop
 *
 * The task is made ready once in each worker, and forgotten when the function is disposed of: by `await using`, or by
 * `[Symbol.asyncDispose]()`, which refuses new calls and resolves when the others have settled.
 *
 * @example A server that says when it is full
 * ```ts
 * const { render } = tasks<typeof import('./pages.ts')>(new URL('./pages.ts', import.meta.url));
 * const page = pooled(render, { timeout: 1000, maxQueue: 100 });
 *
 * async function answer(url: string, signal: AbortSignal): Promise<readonly [status: number, body: string]> {
 *   try {
 *     return [200, await page(url, { signal })];
 *   } catch (error) {
 *     return [error instanceof QueueFullError ? 503 : 500, ''];
 *   }
 * }
 * ```
 *
 * @param task - A function, which is sent as its source text and sees nothing around it; or a task of a module, made by
 *   {@link tasks}.
 * @param config - The options; required, with `args`, where the task takes more than the item.
 * @throws TypeError or RangeError at the call if an option is wrong or the function cannot be sent.
 * @see {@link pooled$} for Observables and generators, {@link parallel} for many items at once.
 */
export function pooled<In, Out, Args extends readonly unknown[], Where extends PoolChoice = PoolChoice>(
  task: Takes<In, Out, Args, Where>,
  ...config: ConfigOf<PooledConfig<NoInfer<In>, NoInfer<Args>> & RunsIn<Where>, Args>
): Pooled<In, Received<Out, Where>> {
  const calls = new PooledCalls(task, config[0], false);
  const call = (item: In, options?: CallConfig): Promise<Received<Out, Where>> =>
    new Promise((resolve, reject) => {
      calls.call(item, options, { next: resolve as (value: unknown) => void, error: reject, complete: noop });
    });
  return addMembers(call, calls);
}
