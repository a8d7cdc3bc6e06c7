/// <reference lib="esnext.disposable" preserve="true" />
import type { Observable, SchedulerLike } from 'rxjs';
import type { ParallelError } from '../tasks/errors.ts';
import type { TransferableObject } from '../tasks/TransferableObject.ts';
import type { AnyTask } from '../tasks/Task.ts';

/** What a worker is. */
export type WorkerKind = 'thread' | 'process';

/**
 * Says what of an item is moved. A method's type, so that a job of some items is a job of items.
 *
 * @typeParam In - One item.
 */
export type TransferOf<In> = { of(item: In): readonly TransferableObject[] }['of'];

/**
 * A chunk of consecutive items of one run, for one worker: in a column, since an object per item costs as much as its sending.
 *
 * @typeParam In - One item.
 */
export interface Job<In> {
  /** What to run: sent once per worker. */
  readonly task: AnyTask;
  /** Passed after each item. The same array in all jobs of a run, so that a pool can send it once per worker. */
  readonly args: readonly unknown[];
  /** The index in the source of the first item; the others follow it one by one. */
  readonly first: number;
  /** The items, in the order of the source. */
  readonly items: readonly In[];
  /** Which try this is, of each of them, from 1. */
  readonly attempt: number;
  /** Milliseconds that one item may run; undefined for no bound. */
  readonly timeout: number | undefined;
  /** What to move to the worker instead of copying it. */
  readonly transfer: TransferOf<In> | undefined;
  /** Emits when the run may start one more job: a pool subscribes when a worker is ready, and hands over on the first value. */
  readonly gate$: Observable<unknown>;
  /** While false, generators are asked for no more. */
  readonly flowing$: Observable<boolean>;
  /** Emits or completes when the run is over: a pool forgets what it keeps for it. The same in all jobs of a run. */
  readonly ended$: Observable<unknown>;
  /** The clock of timeouts. */
  readonly scheduler: SchedulerLike;
}

/**
 * One message of a pool: how consecutive items of a job settled, in columns, since an object per item costs five times as much.
 *
 * @typeParam Out - One result.
 */
export interface Settlements<Out> {
  /** The position in `job.items` of the first. */
  readonly from: number;
  /** One result per settled item. */
  readonly values: readonly Out[];
  /** Items that failed, by their place in `values`, which is a hole there. */
  readonly errors?: readonly (readonly [at: number, error: ParallelError])[];
  /** What the generator after `values` has yielded since the last message, and whether it has ended. */
  readonly yields?: { readonly values: readonly Out[]; readonly ended: boolean };
  /** Milliseconds from the hand-over of the job to its end, on the last message. */
  readonly tookMs?: number;
  /** How many of these this thread spent on sending the items. */
  readonly sentMs?: number;
}

/** Runs tasks somewhere. All the path of an item knows of that place. */
export interface Pool {
  /** Most jobs at once. */
  readonly size: number;
  /** Whether tasks and items are sent away as messages: then tasks must be sendable, and chunks of items pay. */
  readonly sends?: boolean;
  /** False where no worker can die, and take items along. */
  readonly crashes?: boolean;
  /** Fails, with a PoolClosedError, when the pool is closed and its running items have had their time. */
  readonly closed$?: Observable<never>;
  /** The same pool without workers, in this thread: for runs with `workers: 0`. */
  readonly serial?: Pool;
  /**
   * Runs a job. Cold; emits settlements as soon as it has them, completes when the worker is free again, and errors only
   * where the whole run cannot go on. Unsubscribing cancels.
   */
  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>>;
  /** Lets running items end, within a grace period, and frees what the pool holds. */
  close(): Promise<void>;
}
