/// <reference lib="esnext.disposable" preserve="true" />
import type { Observable, SchedulerLike } from 'rxjs';
import type { ParallelError } from '../tasks/errors/errors.ts';
import type { TransferableObject } from '../tasks/TransferableObject.ts';
import type { AnyTask } from '../tasks/Task.ts';

/** What a worker is. */
export type WorkerKind = 'thread' | 'process';

/**
 * Says what of an item is moved. A method's type, so that a job of some items is a job of items.
 *
 * @typeParam In - One item.
 * @see {@link ParallelConfig.transfer}, which it comes from.
 */
export type TransferOf<In> = { of(item: In): readonly TransferableObject[] }['of'];

/**
 * A chunk of consecutive items of one run, for one worker: in a column, since an object per item costs as much as its sending.
 *
 * @typeParam In - One item.
 * @see {@link Pool.run$}, which is given it.
 */
export interface Job<In> {
  /** The task to run. The same object in all jobs of a run, so that a pool can send it once per worker. */
  readonly task: AnyTask;
  /** Passed after each item. The same array in all jobs of a run, so that a pool can send it once per worker. */
  readonly args: readonly unknown[];
  /** The index in the source of the first item; the others follow it one by one. */
  readonly first: number;
  /** The items, in the order of the source. */
  readonly items: readonly In[];
  /** Which try this is, of each of them, from 1. */
  readonly attempt: number;
  /** Milliseconds that one item may run, or a step of a generator, more than 0; undefined for no bound. */
  readonly timeout: number | undefined;
  /** Says what to move to the worker instead of copying it; undefined where nothing is. */
  readonly transfer: TransferOf<In> | undefined;
  /** Emits when the run may start one more job: a pool subscribes when a worker is ready, and hands over on the first value. */
  readonly gate$: Observable<unknown>;
  /** While false, generators are asked for no more. */
  readonly flowing$: Observable<boolean>;
  /** Emits or completes when the run is over: a pool forgets what it keeps for it. The same in all jobs of a run. */
  readonly ended$: Observable<unknown>;
  /** The clock of timeouts, for a pool of this thread. */
  readonly scheduler: SchedulerLike;
  /**
   * Makes a call in the async context in which the run was subscribed to: for a pool that calls the task in this thread, and
   * is not in that context any more. `run$` is subscribed to and unsubscribed from in it, `transfer` is called in it, and
   * `flowing$` emits in it; the run sees to it for what a pool emits.
   *
   * @defaultValue calls as it comes, in a job that is made by hand
   */
  readonly runInContext?: <T>(call: () => T) => T;
}

/**
 * One message of a pool: how consecutive items of a job settled, in columns, since an object per item costs five times as much.
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
  /** The position in `job.items` of the first, from 0. */
  readonly from: number;
  /** One result per settled item, in their order. */
  readonly values: readonly Out[];
  /** Items that failed, by their place in `values`, where nothing is read then; in the order of these places. */
  readonly errors?: readonly (readonly [at: number, error: ParallelError])[];
  /** What the generator after `values` has yielded since the last message, and whether it has ended. */
  readonly yields?: { readonly values: readonly Out[]; readonly ended: boolean };
  /** Milliseconds from the hand-over of the job to its end, on the last message. */
  readonly tookMs?: number;
  /** How many of these this thread spent on sending the items. */
  readonly sentMs?: number;
}

/**
 * Runs tasks somewhere. All the path of an item knows of that place.
 *
 * @example Threads that tell what they are given
 * ```ts
 * import type { Pool } from 'rxjs-parallel';
 *
 * const threads = new ThreadPool({ workers: 4 });
 * const telling: Pool = {
 *   size: threads.size,
 *   sends: threads.sends,
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
  /** Most jobs at once, an integer from 1. */
  readonly size: number;
  /**
   * Whether tasks and items are sent away as messages: then tasks must be sendable, and chunks of items pay.
   *
   * @defaultValue `false`
   */
  readonly sends?: boolean;
  /** False where no worker can die, and take items along. @defaultValue `true` */
  readonly crashes?: boolean;
  /** Fails, with a PoolClosedError, when the pool is closed and its running items have had their time. */
  readonly closed$?: Observable<never>;
  /** The same pool without workers, in this thread: for runs with `workers: 0`. @defaultValue a {@link LocalPool} of 1 */
  readonly serial?: Pool;
  /**
   * Runs a job. Cold; emits settlements as soon as it has them, completes when the worker is free again, and errors only
   * where the whole run cannot go on. Unsubscribing cancels.
   */
  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>>;
  /** Lets running items end, within a grace period, and frees what the pool holds. */
  close(): Promise<void>;
}
