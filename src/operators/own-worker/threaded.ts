import { map, type Observable } from 'rxjs';
import { checkOneOf } from '../../util/check.ts';
import { takeOptions } from '../../util/takeOptions.ts';
import type { Task } from '../../tasks/Task.ts';
import { freshPool } from '../../pools/workers/node/withPool.ts';
import { inOwnWorker$ } from './inOwnWorker.ts';
import type { Received, TakesAll, TakesItem } from '../config/Received.ts';

/** Options of {@link threaded$}. */
export interface ThreadedConfig {
  /** Whether the function runs in a process instead of a thread. @defaultValue `false` */
  readonly process?: boolean;
  /**
   * Whether the program may end while the function runs, which ends its worker. Without it, a running function keeps the
   * process alive.
   *
   * @defaultValue `false`
   */
  readonly daemon?: boolean;
}

/**
 * A function with any arguments: sync, async, a generator or an async generator.
 *
 * @typeParam Args - Its arguments.
 * @typeParam Out - One result; a generator gives several.
 */
export type AnyTaskFunction<Args extends readonly unknown[], Out> = (
  ...args: Args
) => Out | PromiseLike<Out> | Generator<Out> | AsyncGenerator<Out>;

/**
 * Makes a function whose calls run in a thread or process of their own. The function returns an Observable; each
 * subscription to it starts a worker, and ends it afterwards.
 *
 * ```text
 * call    f('a')       takes 4 frames
 * result  ----(A|)
 * ```
 *
 * - **emits** the result, or the yields of a generator
 * - **queues** nothing
 * - **completes** when the worker has exited
 * - **errors** with a {@link TaskError}, whose `cause` the function threw, or with a {@link WorkerCrashError} if the worker
 *   dies
 * - **on unsubscribe** aborts the `signal` of the function, and ends the worker
 *
 * @example One heavy call
 * ```ts
 * const hash$ = threaded$((path: string, rounds: number) => slowHash(path, rounds));
 * hash$('photo.jpg', 12).subscribe(console.log);
 * ```
 *
 * @param task - A function, which is sent as its source text, or a task of a module, from {@link tasks}.
 * @param config - Whether to use a thread or a process, and whether that keeps the program alive.
 * @throws TypeError at the call if the function cannot be sent.
 * @see {@link startThread$} to start without a subscription, {@link parallelMap} for many items.
 */
export function threaded$<Args extends readonly unknown[], Out>(
  task: AnyTaskFunction<Args, Out> & TakesAll<Args>,
  config?: ThreadedConfig,
): (...args: Args) => Observable<Received<Out>>;
export function threaded$<In, Out, Args extends readonly unknown[]>(
  task: Task<In, Out, Args> & TakesItem<In, Args>,
  config?: ThreadedConfig,
): (item: In, ...args: Args) => Observable<Received<Out>>;
export function threaded$<Out>(
  task: unknown,
  config: ThreadedConfig = {},
): (...args: readonly unknown[]) => Observable<Out> {
  const { process = false, daemon = false } = takeOptions(config, ['process', 'daemon']);
  checkOneOf('process', process, [true, false]);
  checkOneOf('daemon', daemon, [true, false]);
  const run$ = inOwnWorker$<Out>(task, process ? 'process' : 'thread', 'spread', (kind, workers, checked) =>
    freshPool(kind, workers, checked, daemon),
  );

  return (...args) => run$([args], 1).pipe(map(([, result]) => result));
}
