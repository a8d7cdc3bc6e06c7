import type { Task } from '../../tasks/Task.ts';
import type { Received, TakesAll, TakesItem } from '../config/Received.ts';
import { startInOwnWorker$ } from './startInOwnWorker.ts';
import type { Started } from './Started.ts';
import type { AnyTaskFunction } from './threaded.ts';

/**
 * Calls a function in a thread of its own, at once. Unsubscribing does not stop it; `cancel` does.
 *
 * ```text
 * work    -a-b-|      a generator; called at once
 * result  -a-b-|
 * ```
 *
  * - **emits** the result, or the yields of a generator, also to later subscribers
  * - **queues** all results, for later subscribers
 * - **completes** when the thread has exited
  * - **errors** with a {@link TaskError} or {@link WorkerCrashError}; without a subscriber, the error goes to RxJS's
 *   `onUnhandledError`
  * - **on unsubscribe** goes on; `cancel` stops it

 *
 * @example
 * ```ts
 * const answer = startThread$(deepThought, question);
 * await lastValueFrom(answer);
 * console.log(answer.result);
 * ```
 *
 * @param task - A function, which is sent as its source text, or a task of a module, from {@link tasks}.
  * @param args - The arguments of the function.

 * @throws TypeError at the call if the function cannot be sent.
 * @see {@link threaded$} to start on subscription, {@link startProc$} for a process.
 */
export function startThread$<Args extends readonly unknown[], Out>(
  task: AnyTaskFunction<Args, Out> & TakesAll<Args>,
  ...args: Args
): Started<Received<Out>>;
export function startThread$<In, Out, Args extends readonly unknown[]>(
  task: Task<In, Out, Args> & TakesItem<In, Args>,
  ...args: [item: In, ...args: Args]
): Started<Received<Out>>;
export function startThread$<Out>(task: unknown, ...args: readonly unknown[]): Started<Out> {
  return startInOwnWorker$(task, 'thread', args);
}
