import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import type { Pool, TransferOf } from '../pools/pool.ts';
import type { ParallelError } from '../tasks/errors/errors.ts';
import type { AnyTask } from '../tasks/Task.ts';
import type { Progress } from './progress/Progress.ts';

/** The treatment of an item that failed. */
export type ErrorPolicy = 'throw' | 'return' | 'skip';

/**
 * Gives the key of an item. It has the type of a method, so that a plan for one type of items is a plan for unknown items.
 */
export type KeyOf<In> = { of(item: In): unknown }['of'];

/** The number of retries of a failed item, and the delay before each. */
export interface Retrying {
  readonly count: number;
  /** Emits when the item may run again. @param attempt - The number of the failed attempt, from 1. */
  readonly delay$: (error: ParallelError, attempt: number) => ObservableInput<unknown>;
  /** Whether all items of one attempt have the same delay, whatever their errors. @defaultValue `false` */
  readonly isSameForAll?: boolean;
}

/** The options of a run, checked, and with their defaults. */
export interface Plan<In> {
  readonly task: AnyTask;
  readonly args: readonly unknown[];
  readonly pool: Pool;
  /** The maximum number of jobs at once, from 1. */
  readonly workers: number;
  /** The `workers` option of a run whose pool may grow. @defaultValue Infinity */
  readonly maxWorkers?: number | undefined;
  readonly ordered: boolean;
  /** Items with the same key run one at a time, in order. */
  readonly partitionBy: KeyOf<In> | undefined;
  /** The maximum number of items of a job; undefined if the measured times of the jobs decide. */
  readonly chunkSize: number | undefined;
  /** The maximum number of items taken and not yet emitted; undefined for enough to keep the workers busy. */
  readonly bufferSize: number | undefined;
  /** The treatment of items that an Observable emits while the buffer is full. */
  readonly overflow: 'buffer' | 'error';
  /** The rank of the jobs among all that wait for the pool. @defaultValue 0 */
  readonly priority?: number | undefined;
  readonly pauseMs: number;
  readonly timeoutMs: number | undefined;
  readonly retry: Retrying | undefined;
  /** The number of retries of an item whose worker died. */
  readonly crashRetries: number;
  readonly onError: ErrorPolicy;
  readonly signal: AbortSignal | undefined;
  readonly report: ProgressReport | undefined;
  readonly total: number | undefined;
  readonly transfer: TransferOf<In> | undefined;
  readonly scheduler: SchedulerLike;
  /** False while the consumer wants no more results; generators wait then. */
  readonly wanted$: Observable<boolean>;
}

/** The receiver of progress: a bar, or the function of the user. */
export interface ProgressReport {
  update(progress: Progress): void;
  stop(): void;
}
