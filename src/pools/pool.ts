/// <reference lib="esnext.disposable" preserve="true" />
import type { Observable, SchedulerLike } from 'rxjs';
import type { ParallelError } from '../tasks/errors/errors.ts';
import type { PoolStats } from './stats.ts';
import type { TransferableObject } from '../tasks/TransferableObject.ts';
import type { AnyTask } from '../tasks/Task.ts';

/** The kinds of workers: worker threads and child processes. */
export type WorkerKind = 'thread' | 'process';

/**
 * The function of {@link ParallelConfig.transfer}: gives the objects of an item that are moved instead of copied. It has
 * the type of a method, so that a `Job<Photo>` is also a `Job<unknown>`.
 *
 * @typeParam In - One item.
 */
export type TransferOf<In> = { of(item: In): readonly TransferableObject[] }['of'];

/**
 * A chunk of items of one run, for one worker. They are consecutive, unless they were chosen by their keys. The items are in an
 * array of their own, since an object per item would cost as much as sending the item.
 *
 * @typeParam In - One item.
 * @see {@link Pool.run$}, which runs it.
 */
export interface Job<In> {
  /** The task to run. All jobs of a run have the same object, so that a pool can send it once per worker. */
  readonly task: AnyTask;
  /** The arguments after the item. All jobs of a run have the same array, so that a pool can send it once per worker. */
  readonly args: readonly unknown[];
  /** The index of the first item in the source, from 0. The other items have the indices after it, unless `indices` is set. */
  readonly first: number;
  /**
   * The index of each item, in ascending order, where they are not consecutive: with `partitionBy`, a chunk has items of some
   * keys. A pool tells it to the task (`currentTask().index`) and in errors. In {@link Settlements}, items are known by their
   * positions in the job.
   *
   * @defaultValue the indices from `first` on
   */
  readonly indices?: readonly number[] | undefined;
  /** The items, in the order of the source. */
  readonly items: readonly In[];
  /** The number of this attempt at the items, from 1. */
  readonly attempt: number;
  /** The time that one item, or one step of a generator, may run, in milliseconds, more than 0; undefined for no bound. */
  readonly timeout: number | undefined;
  /**
   * The time that a task which was told to stop has before its worker is ended, in milliseconds, from 0, or Infinity: then only
   * `timeout` ends the worker. In this thread, the place of the task is free after that time.
   *
   * @defaultValue the grace period of the pool
   */
  readonly graceMs?: number | undefined;
  /** Gives the objects of an item to move instead of copying them; undefined if nothing is moved. */
  readonly transfer: TransferOf<In> | undefined;
  /**
   * The rank of this job among the jobs that wait for a worker: the highest number goes first, and jobs of one priority go in
   * the order in which they came. A running job is never interrupted.
   *
   * @defaultValue 0
   */
  readonly priority?: number | undefined;
  /** Emits when the run may start this job. A pool subscribes when a worker is ready, and hands over on the first value. */
  readonly gate$: Observable<unknown>;
  /** While it is false, a pool does not ask generators for more values. */
  readonly flowing$: Observable<boolean>;
  /**
   * Emits or completes when the run is over. A pool then forgets the task and `args`. All jobs of a run have the same one.
   */
  readonly ended$: Observable<unknown>;
  /** The clock of `timeout`, for a pool that runs tasks in this thread. */
  readonly scheduler: SchedulerLike;
  /**
   * Makes a call in the async context in which the run was subscribed to. A pool needs it if it calls the task in this
   * thread and has left that context. `run$` is subscribed to and unsubscribed from in that context, `transfer` is called
   * in it, and `flowing$` emits in it. The run restores the context for everything that a pool emits.
   *
   * @defaultValue a plain call, in a job that is not made by the library
   */
  readonly runInContext?: <T>(call: () => T) => T;
}

/**
 * One message of a pool: how some items of a job settled, which follow one another in the job. Results and errors are in arrays
 * of their own, since an object per item costs five times as much.
 *
 * @example Items 0 and 2 of a job gave results, item 1 failed
 * ```ts
 * import type { Settlements } from 'rxjs-parallel';
 *
 * const message: Settlements<string | undefined> = {
 *   from: 0,
 *   values: ['a', undefined, 'c'],
 *   errors: [[1, new TaskError('no b', { index: 1, item: 'b', attempts: 1 })]],
 * };
 * ```
 *
 * @typeParam Out - One result.
 */
export interface Settlements<Out> {
  /** The position in `job.items` of the first item that this message settles, from 0. */
  readonly from: number;
  /** One result per settled item, in the order of the items. The value of a failed item is ignored. */
  readonly values: readonly Out[];
  /** The items that failed: the position of each in `values`, in ascending order, and its error. */
  readonly errors?: readonly (readonly [at: number, error: ParallelError])[];
  /** The values that a generator, the item after `values`, has yielded since the last message, and whether it has ended. */
  readonly yields?: { readonly values: readonly Out[]; readonly ended: boolean };
  /**
   * The time from the hand-over of the job to its end, in milliseconds. A pool may leave out the time of a message, which is the
   * same for any number of items. Only on the last message of a job.
   */
  readonly tookMs?: number;
  /** The part of `tookMs` that this thread spent on sending the items, in milliseconds. */
  readonly sentMs?: number;
}

/** Options of {@link Pool.close}. */
export interface CloseConfig {
  /**
   * The time in which all that a pool has been given still runs, in milliseconds, from 0, or Infinity for as long as it takes.
   * New work is refused at once. The chunks of a run and the calls that wait count as given, also those that wait for their next
   * try; if a run has more items, or tries an item again, it fails with a {@link PoolClosedError}. Work that still runs then has
   * the grace period of a pool that is closed without a drain. If a pool is closed again, the shorter time counts.
   *
   * @defaultValue 0
   */
  readonly drainMs?: number;
}

/**
 * A place where tasks run. The operators know pools only by this interface, so you can write one of your own.
 *
 * @example A pool that prints the jobs that it hands on to threads
 * ```ts
 * import type { Pool } from 'rxjs-parallel';
 *
 * const threads = new ThreadPool({ workers: 4 });
 * const telling: Pool = {
 *   size: threads.size,
 *   sends: threads.sends,
 *   get chunkMs() {
 *     return threads.chunkMs;
 *   },
 *   closed$: threads.closed$,
 *   serial: threads.serial,
 *   run$: (job) => {
 *     console.log(`${job.items.length} items, from ${job.first} on`);
 *     return threads.run$(job);
 *   },
 *   close: () => threads.close(),
 * };
 * const sizes = await parallel(measure, files, { pool: telling });
 * await telling.close();
 * ```
 *
 * @see {@link ThreadPool}, {@link ProcessPool} and {@link LocalPool}, and `VirtualPool` of `rxjs-parallel/testing`.
 */
export interface Pool {
  /** The maximum number of jobs at once, an integer from 1. */
  readonly size: number;
  /**
   * Whether tasks and items leave this thread as messages. If so, tasks must be sendable, and items are sent in chunks.
   *
   * @defaultValue `false`
   */
  readonly sends?: boolean;
  /**
   * Emits the size, at once, and again where it changes: runs that go on take as many workers as there are then.
   *
   * @defaultValue `size` never changes
   */
  readonly size$?: Observable<number>;
  /**
   * Milliseconds of work that a chunk of items should have, more than 0, where the items of a run are not counted by
   * `chunkSize`: long against what the way to a worker costs. Is read again and again. The pools of workers of the library say 25
   * while another job waits for a worker, and otherwise leave it undefined.
   *
   * @defaultValue 25, and in a long run a quarter of its time so far, up to 100
   */
  readonly chunkMs?: number | undefined;
  /** Whether a worker can die while it runs items. @defaultValue `true` */
  readonly crashes?: boolean;
  /**
   * Whether a job that is unsubscribed from while it tells that a worker has died begins none of its later items. With
   * `partitionBy`, only the jobs of such a pool have several items of a key while an item may be tried again after a crash.
   *
   * @defaultValue `false`
   */
  readonly stopsAtCrash?: boolean;
  /**
   * Emits when {@link close} is called with `drainMs`, before the pool refuses jobs, so that calls which wait outside it can
   * become jobs, also those whose delay of `retry` is not over; at once while it drains. The pools of the library emit a value
   * by which calls keep them open instead, until they have settled.
   *
   * @defaultValue a pool that does not drain
   */
  readonly draining$?: Observable<unknown>;
  /** Fails with a {@link PoolClosedError} when the pool is closed and the grace period of running items is over. */
  readonly closed$?: Observable<never>;
  /**
   * The pool for runs with `workers: 0`, which runs tasks serially in this thread. @defaultValue a {@link LocalPool} of 1
   */
  readonly serial?: Pool;
  /**
   * Looks at the task of a run, at the call.
   *
   * @throws TypeError if no job of the task can run here.
   */
  checkTask?(task: AnyTask): void;
  /**
   * Runs a job. The Observable is cold. It emits settlements as soon as they are known, completes when the worker is free
   * again, and fails only if the whole run cannot go on. Unsubscribing cancels the job.
   */
  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>>;
  /** The figures of this pool, for monitoring. */
  stats?(): PoolStats;
  /**
   * Boots all workers, so that the first items need not wait for them.
   *
   * @param run - The run whose task is loaded in each worker. If omitted, no task is loaded.
   */
  ready?(run?: Pick<Job<unknown>, 'task' | 'args' | 'ended$'>): Promise<void>;
  /**
   * Starts no new job, gives running items a grace period to end, then releases all workers.
   *
   * @param config - Whether the jobs that the pool has been given are run before that.
   */
  close(config?: CloseConfig): Promise<void>;
}
