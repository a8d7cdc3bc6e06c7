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
 * const options: ParallelConfig = { workers: 2, timeout: 5000, retry: { count: 3, delay: 1000 }, onError: 'skip' };
 * const sizes = await parallel(measure, files, options);
 * ```
 *
 * @typeParam In - The type of the items that `partitionBy` and `transfer` take. If omitted, they take any item.
 * @typeParam Args - The arguments of the task after the item. If omitted, it has none.
 * @typeParam Policy - The values that `onError` may have. If omitted, `'return'` is not among them, since it makes errors
 *   part of the results.
 */
export interface ParallelConfig<
  In = unknown,
  Args extends readonly unknown[] = [],
  Policy extends ErrorPolicy = 'throw' | 'skip',
> {
  /**
   * The maximum number of items of this run that run at once, an integer from 0. A given pool bounds it by its size.
   *
   * 0 runs the items serially in this thread, for debugging. Closures and breakpoints work then, and a Buffer still arrives
   * as a Uint8Array. All other options apply, with two exceptions: a synchronous loop is not interrupted by `timeout`, and
   * a task that exits ends the program.
   *
   * @defaultValue the size of the given pool, or the number of cores; inside a worker of this library 0 in place of the
   *   cores, but not with `'local'`
   */
  readonly workers?: number;
  /**
   * Where the task runs.
   *
   * - `'thread'`, `'process'`: worker threads or child processes, which all runs share
   * - `'local'`: this thread, with up to `workers` calls at once; nothing is copied, and a Buffer stays a Buffer
   * - a pool of your own, which the run does not close
   *
   * @defaultValue `'thread'`
   */
  readonly pool?: 'thread' | 'process' | 'local' | Pool;
  /**
   * The arguments after the item: `task(item, ...args)`. They are copied once per worker and run, and all items that run on
   * the worker get the same copy. In this thread they are not copied.
   *
   * @defaultValue none
   */
  readonly args?: Readonly<Args>;
  /**
   * Emits results in the order of the source. Results that are held back count against `bufferSize`. @defaultValue `false`
   */
  readonly ordered?: boolean;
  /**
   * Gives the key of an item. Items with the same key run one at a time, in the order of the source; items with different
   * keys run at the same time. Keys are compared like the keys of a Map.
   *
   * A message has items of several keys, and several items of a key; with `retry` or `timeout`, one item of each key. An item
   * that takes long holds up the items behind it in its message, whatever their keys; `chunkSize: 1` sends each by itself. When
   * a worker dies, the items whose results were lost run again, in order, before the next ones of their keys.
   *
   * Items that wait for their key count against `bufferSize`: if one slow key fills the buffer, an iterable is not pulled
   * meanwhile.
   *
   * @defaultValue no keys: all items may run at the same time
   */
  readonly partitionBy?: (item: In) => unknown;
  /**
   * The maximum number of items in one message to a worker, an integer from 1, or `'auto'` for about 25 ms of work. If the
   * number of the remaining items is known, and no other job waits for a worker, `'auto'` grows with the run, to 100 ms. It
   * affects only the timing: results, indices and errors are the same. A free worker never waits until a chunk is full.
   * With `pause` or `transfer`, and with `retry` together with `timeout`, each item is sent in a message of its own.
   *
   * After a cancellation, a synchronous chunk that is already in a worker may go on for about 40 ms; its results are
   * dropped. Results are copied when they are sent: a task that returns the same object several times must return copies.
   *
   * @defaultValue `'auto'`; 1 on pools of this thread
   */
  readonly chunkSize?: number | 'auto';
  /**
   * The maximum number of items that are taken from the source and not yet emitted, an integer from 1. A value below
   * `workers` lowers the concurrency. When the buffer is full, an iterable is not pulled, and items that an Observable
   * emits are queued, unless `overflow` is `'error'`.
   *
   * @defaultValue max(64, 8 × workers × items of a chunk of 25 ms); no bound for an Observable with `ordered` or `partitionBy`
   */
  readonly bufferSize?: number;
  /**
   * The treatment of items that an Observable emits while the buffer is full. `'buffer'` queues them without a bound.
   * `'error'` ends the run with a RangeError; with `ordered` or `partitionBy` it needs a finite `bufferSize`. A source that
   * is pulled waits in both cases.
   *
   * @defaultValue `'buffer'`
   */
  readonly overflow?: 'buffer' | 'error';
  /**
   * The rank of this run among all that waits for the pool, other runs and single calls included: the highest number goes
   * first. Within one priority the order of arrival holds. A running task is never interrupted.
   *
   * @defaultValue 0
   */
  readonly priority?: number;
  /**
   * The minimum time between two starts, in milliseconds, from 0 to 2147483647. The first item starts at once. An item
   * starts when it is handed to a worker that is ready. Each item is sent in a message of its own.
   *
   * @defaultValue 0
   */
  readonly pause?: number;
  /**
   * The time that one item, or one step of a generator, may run, in milliseconds: more than 0 and at most 2147483647, or
   * `Infinity` for no bound. An item that takes longer fails with a {@link TaskTimeoutError}. On workers this is real time.
   * If this thread is blocked, the timeout comes late by that time, but never early.
   *
   * @defaultValue no bound
   */
  readonly timeout?: number;
  /**
   * How often an item is tried again after its task failed or timed out: an integer from 0, `Infinity`, or an object like
   * that of RxJS's `retry`. Its `count` is the number of retries. Its `delay` is a time in milliseconds, or a function that
   * gets the {@link ParallelError} and the number of the failed attempt, and whose Observable emits when the item may run
   * again; if it completes without a value, the item fails with that error.
   *
   * The item keeps its index, and its worker serves other items during the delay. A generator that has yielded is not run
   * again. With `ordered`, a generator of a later item goes on meanwhile, and so must end. Not together with `transfer`.
   *
   * @defaultValue 0
   */
  readonly retry?: number | Omit<RetryConfig, 'resetOnSuccess'>;
  /**
   * How often an item is tried again after its worker died while running it, an integer from 0. After that, the item fails
   * with a {@link WorkerCrashError}. With `transfer` an item is never run again, so a value above 0 is refused. The option
   * has no effect on pools whose workers cannot die.
   *
   * @defaultValue 1
   */
  readonly crashRetries?: number;
  /**
   * The treatment of an item that failed.
   *
   * - `'throw'`: the run fails with the first error, and cancels the other items. With `ordered`, it is the error with the
   *   lowest index, and the results before it are still emitted
   * - `'return'`: emits `[index, ParallelError]`, which is then part of the type of the results. Options in a variable have
   *   the type `ParallelConfig<unknown, [], 'return'>`
   * - `'skip'`: emits nothing for the item
   *
   * @defaultValue `'throw'`
   */
  readonly onError?: Policy;
  /**
   * Cancels the run: it fails with the reason of the signal, as it is. If the signal is already aborted, the source is
   * never subscribed to.
   *
   * @defaultValue none
   */
  readonly signal?: AbortSignal;
  /**
   * `true` draws a bar on stderr if that is a terminal. A function gets the numbers, at most every 100 ms and once at the
   * end.
   *
   * @defaultValue `false`
   */
  readonly progress?: boolean | ((progress: Progress) => void);
  /** The number of items, an integer from 0. Only `progress` uses it. @defaultValue known for arrays, sets and maps */
  readonly total?: number;
  /**
   * Gives the objects of an item that are moved to a thread instead of copied. Each item is sent in a message of its own.
   * To a process everything is copied. A small Buffer is a view of a memory pool of Node, which cannot be moved: copy it
   * first, with `new Uint8Array(buffer)`.
   *
   * @defaultValue nothing is moved
   */
  readonly transfer?: (item: In) => readonly TransferableObject[];
  /**
   * The clock for `pause`, for the delay of `retry`, for `progress`, and, if the task runs in this thread, for `timeout`.
   *
   * @defaultValue `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike;
}

/**
 * The last parameter of a function that takes options. It is required, and so is its `args`, if the task has arguments
 * after the item.
 *
 * @typeParam C - The type of the options.
 * @typeParam Args - The arguments of the task after the item.
 */
export type ConfigOf<C, Args extends readonly unknown[]> = [] extends Args
  ? [config?: C]
  : [config: C & { readonly args: Readonly<Args> }];

/**
 * The type that an error policy adds to the results: {@link ParallelError} if `onError` may be `'return'`, else nothing.
 *
 * @typeParam Policy - The values that `onError` may have.
 */
export type Returned<Policy extends ErrorPolicy> = 'return' extends Policy ? ParallelError : never;
