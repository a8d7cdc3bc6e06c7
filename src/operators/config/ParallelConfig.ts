import type { RetryConfig, SchedulerLike } from 'rxjs';
import type { ErrorPolicy } from '../../flow/Plan.ts';
import type { Progress } from '../../flow/progress/Progress.ts';
import type { Pool } from '../../pools/pool.ts';
import type { ParallelError } from '../../tasks/errors/errors.ts';
import type { TransferableObject } from '../../tasks/TransferableObject.ts';

/**
 * Options of a parallel run.
 *
 * @example Options that are kept in a variable
 * ```ts
 * import type { ParallelConfig } from 'rxjs-parallel';
 *
 * const careful: ParallelConfig = { workers: 2, timeout: 5000, retry: { count: 3, delay: 1000 }, onError: 'skip' };
 * const sizes = await parallel(measure, files, careful);
 * ```
 *
 * @typeParam In - What `partitionBy` and `transfer` are given. Left out, they take any item.
 * @typeParam Args - What the task takes besides the item. Left out, nothing.
 * @typeParam Policy - What `onError` may be. Left out, not `'return'`, since then results may be errors.
 */
export interface ParallelConfig<
  In = unknown,
  Args extends readonly unknown[] = [],
  Policy extends ErrorPolicy = 'throw' | 'skip',
> {
  /**
   * Most items of this run at work at once, an integer from 0. 0 runs them serially in this thread, for debugging: closures
   * and breakpoints work, a Buffer arrives as a Uint8Array as in a worker, and the other options are still honoured, except that a synchronous loop cannot be timed out
   * there and an exit ends the program. Above the size of a given pool: that size.
   *
   * @defaultValue the size of the given pool, or the number of cores; inside a worker of this library 0 in place of the
   *   cores, but not with `'local'`
   */
  readonly workers?: number;
  /**
   * Where the task runs: threads or processes shared by all runs, this thread (`'local'`: `workers` promises at a time,
   * nothing is copied, and a Buffer stays one), or a pool of your own, which the run does not close.
   *
   * @defaultValue `'thread'`
   */
  readonly pool?: 'thread' | 'process' | 'local' | Pool;
  /**
   * Passed after the item: `task(item, ...args)`. Copied once per worker and run; the copy is shared by its items. In this
   * thread they are not copied.
   *
   * @defaultValue none
   */
  readonly args?: Readonly<Args>;
  /** Emit in the order of the source. Results held back count against `bufferSize`. @defaultValue `false` */
  readonly ordered?: boolean;
  /**
   * The key of an item: items with one key run one at a time, in the order of the source, and those of other keys beside
   * them. Keys are compared as those of a Map. Items go one by one. Items that wait for their key count against
   * `bufferSize`; without one, an iterable is not pulled while a slow key has filled the buffer.
   *
   * @defaultValue no keys: any items run beside each other
   */
  readonly partitionBy?: (item: In) => unknown;
  /**
   * Most items in one message to a worker, an integer from 1, or `'auto'` for about 25 ms of work. A free worker never
   * waits for a chunk to fill. Changes no result, index or error, only timing. With `pause`, `transfer` or `partitionBy`,
   * and with `retry` together with `timeout`, items go one by one. After a cancel, a synchronous chunk already in a worker
   * may run on for its 25 ms, unreported. Results are copied when they are sent: a task that returns one object again and
   * again has to return copies.
   *
   * @defaultValue `'auto'`; 1 on pools of this thread
   */
  readonly chunkSize?: number | 'auto';
  /**
   * Most items taken from the source and not yet emitted, an integer from 1; below `workers` it lowers the concurrency. At
   * the bound an iterable is not pulled, and what an Observable emits is queued, unless `overflow` says otherwise.
   *
   * @defaultValue max(64, 8 × workers × items of a chunk); no bound for an Observable with `ordered` or `partitionBy`
   */
  readonly bufferSize?: number;
  /**
   * The treatment of items that an Observable emits while `bufferSize` is full: `'buffer'` queues them, without bound;
   * `'error'` ends the run with a RangeError. A source that is pulled waits in any case. `'error'` needs a finite `bufferSize`
   * together with `ordered` or `partitionBy`.
   *
   * @defaultValue `'buffer'`
   */
  readonly overflow?: 'buffer' | 'error';
  /**
   * Milliseconds at least between two starts, from 0 to 2147483647; the first goes at once. A start is the hand-over to a
   * ready worker; items go one by one.
   *
   * @defaultValue 0
   */
  readonly pause?: number;
  /**
   * Milliseconds one item may run, or a generator's step, from its start: more than 0 and at most 2147483647, or
   * `Infinity` for no bound. Real time on workers; may fire late by as long as this thread was blocked, never early.
   *
   * @defaultValue no bound
   */
  readonly timeout?: number;
  /**
   * How often an item whose task failed or timed out is tried again, an integer from 0 or `Infinity`, or what RxJS's
   * `retry` takes: `count`, and `delay` in milliseconds, or as a function of the {@link ParallelError} and the number of
   * the try that failed, which emits when it is time; where it completes instead, the item fails with that error. The
   * index stays, and the worker is free meanwhile. A generator that has yielded is not run again; with `ordered`, one behind
   * the item goes on meanwhile, and has to end. Not together with `transfer`.
   *
   * @defaultValue 0
   */
  readonly retry?: number | Omit<RetryConfig, 'resetOnSuccess'>;
  /**
   * How often an item is tried again after it was at work on a worker that died, an integer from 0. Then it fails with a
   * WorkerCrashError. An item with `transfer` is never run again, and so more than 0 is refused then. Has no effect where no
   * worker can die.
   *
   * @defaultValue 1
   */
  readonly crashRetries?: number;
  /**
   * The treatment of an item that failed. `'throw'`: the run fails with the first error in time and cancels the rest (with
   * `ordered`, the first by index: lower indices still come out). `'return'`: emits `[index, ParallelError]`. `'skip'`:
   * drops the item. The type of the results follows it; options in a variable are a
   * `ParallelConfig<unknown, [], 'return'>` then.
   *
   * @defaultValue `'throw'`
   */
  readonly onError?: Policy;
  /**
   * Ends the run with its reason, unwrapped; if it is aborted already, the source is never subscribed to.
   *
   * @defaultValue none
   */
  readonly signal?: AbortSignal;
  /**
   * `true`: a bar on the terminal, drawn on stderr. A function: gets the numbers, at most every 100 ms and once at the end.
   *
   * @defaultValue `false`
   */
  readonly progress?: boolean | ((progress: Progress) => void);
  /** The number of items, for `progress` alone, an integer from 0. @defaultValue known for arrays, sets and maps */
  readonly total?: number;
  /**
   * The objects of an item that are moved to the worker, not copied. Such an item travels alone. In a process everything is
   * copied. A small Buffer is a view of Node's pool, which cannot be moved: copy it first, by `new Uint8Array(buffer)`.
   *
   * @defaultValue nothing is moved
   */
  readonly transfer?: (item: In) => readonly TransferableObject[];
  /**
   * The clock of `pause`, of the delay of `retry`, of `progress`, and of `timeout` where the task runs in this thread.
   *
   * @defaultValue `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike;
}

/**
 * The last parameter of a function that takes options: required, with `args`, where the task has arguments.
 *
 * @typeParam C - The type of the options.
 * @typeParam Args - What the task takes besides the item.
 */
export type ConfigOf<C, Args extends readonly unknown[]> = [] extends Args
  ? [config?: C]
  : [config: C & { readonly args: Readonly<Args> }];

/**
 * The values that are emitted besides results, by the error policy: a {@link ParallelError} where it may be `'return'`.
 *
 * @typeParam Policy - What `onError` may be.
 */
export type Returned<Policy extends ErrorPolicy> = 'return' extends Policy ? ParallelError : never;
