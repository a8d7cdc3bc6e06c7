import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import type { Pool, TransferOf } from '../pools/pool.ts';
import type { ParallelError } from '../tasks/errors/errors.ts';
import type { AnyTask } from '../tasks/Task.ts';
import type { Progress } from './progress/Progress.ts';

/** The treatment of an item that failed. */
export type ErrorPolicy = 'throw' | 'return' | 'skip';

/** Says which items belong together. A method's type, so that a plan for some items is a plan for items. */
export type KeyOf<In> = { of(item: In): unknown }['of'];

/** How often, and when, an item whose task failed is tried again. */
export interface Retrying {
  readonly count: number;
  /** Emits when it is time. @param attempt - The number of the try that failed, from 1. */
  readonly delay$: (error: ParallelError, attempt: number) => ObservableInput<unknown>;
}

/** All that the path of an item needs to know: checked options, with their defaults filled in. */
export interface Plan<In> {
  readonly task: AnyTask;
  readonly args: readonly unknown[];
  readonly pool: Pool;
  /** Most jobs at once, from 1. */
  readonly workers: number;
  readonly ordered: boolean;
  /** Items with one key run one at a time, in order. */
  readonly partitionBy: KeyOf<In> | undefined;
  /** Most items of a job; undefined where the jobs' own times decide. */
  readonly chunkSize: number | undefined;
  /** Most items taken and not yet gone out; undefined for enough to keep the workers busy. */
  readonly bufferSize: number | undefined;
  /** The treatment of items that an Observable emits while there is no room. */
  readonly overflow: 'buffer' | 'error';
  readonly pauseMs: number;
  readonly timeoutMs: number | undefined;
  readonly retry: Retrying | undefined;
  /** How often an item whose worker died is tried again. */
  readonly crashRetries: number;
  readonly onError: ErrorPolicy;
  readonly signal: AbortSignal | undefined;
  readonly report: ProgressReport | undefined;
  readonly total: number | undefined;
  readonly transfer: TransferOf<In> | undefined;
  readonly scheduler: SchedulerLike;
  /** False while the consumer wants no more; generators wait then. */
  readonly wanted$: Observable<boolean>;
}

/** Where progress goes. */
export interface ProgressReport {
  update(progress: Progress): void;
  stop(): void;
}
