/// <reference lib="esnext.disposable" preserve="true" />
import { noop } from 'rxjs';
import type { PoolChoice } from '../pools/workers/node/withPool.ts';
import { addMembers, type PooledMembers } from './calls/addMembers.ts';
import { PooledCalls } from './calls/PooledCalls.ts';
import type { ConfigOf } from './config/ParallelConfig.ts';
import type { CallConfig, PooledConfig } from './config/PooledConfig.ts';
import type { Received, RunsIn, Takes } from './config/Received.ts';

/**
 * A function from {@link pooled}, whose calls run on a pool. It resolves to the result of its task.
 *
 * @typeParam In - Its argument.
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
 * Makes a function from a task. Each call runs the task on a pool. It is made for servers, which answer many short requests
 * with warm workers.
 *
 * - **resolves** with the result of the task
 * - **queues** calls while all workers are busy, by `priority`. `maxQueue` and `maxWait` bound the queue: a call beyond
 *   them rejects with a {@link QueueFullError}
 * - **rejects** with a {@link TaskError}, {@link TaskTimeoutError}, {@link WorkerCrashError} or {@link TaskCloneError} of
 *   the call, whose `index` is its number; with a {@link TaskLoadError} if the task cannot be loaded, and with a
 *   {@link PoolClosedError} once the pool is closed, or the function disposed of
 * - **on abort** of the `signal` of a call rejects at once with the reason: a waiting call leaves the queue, and the
 *   `signal` of a running task aborts
 *
 * Each worker loads the task once, and forgets it when the function is disposed of: by `await using`, or by
 * `[Symbol.asyncDispose]()`, which refuses new calls and resolves when the others have settled.
 *
 * @example A server that answers 503 when it is overloaded
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
 * @param task - A function, which is sent as its source text and cannot use the variables around it; or a task of a module,
 *   from {@link tasks}.
 * @param config - The options; required, with `args`, if the task has arguments after the item.
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
