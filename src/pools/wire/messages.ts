import type { CodedError } from '../../tasks/errors/CodedError.ts';
import type { TaskOrigin, TaskStyle } from '../../tasks/Task.ts';
import type { TsNode } from '../../tasks/module/TsNode.ts';
import type { NumberColumn } from './toColumn.ts';

// The messages between a pool and a worker. Everything here must survive a structured clone.

/** Boots a worker: the first call to it. */
export interface BootRequest {
  readonly initializer: TaskOrigin | undefined;
  readonly initArgs: readonly unknown[];
  readonly teardown: TaskOrigin | undefined;
  /** The settings of ts-node's require hook in the parent, which a worker does not inherit. */
  readonly tsNode: TsNode | undefined;
  /** The pid of the parent process. */
  readonly parent: number;
}

/** Loads a task for the items of a run. */
export interface OpenRequest {
  readonly run: number;
  readonly origin: TaskOrigin;
  readonly style: TaskStyle;
  readonly args: readonly unknown[];
}

/** The answer to `boot` and `open`. An error is part of it, since workerpool would lose most of an error that is thrown. */
export type Loaded =
  { readonly ok: true } | { readonly ok: false; readonly message: string; readonly cause: CodedError };

/** Items for a task. */
export interface BatchRequest {
  readonly run: number;
  /** Loads the task of the run first; undefined if the worker has it. */
  readonly open?: OpenRequest | undefined;
  /** The number of the batch, so that a late `stop` cannot stop the next batch. */
  readonly batch: number;
  /** The index of the first item. The other items have the indices after it, unless `indices` is set. */
  readonly first: number;
  /** The index of each item, where they are not consecutive. */
  readonly indices?: readonly number[];
  /** The number of this attempt at the items, from 1. */
  readonly attempt: number;
  readonly items: readonly unknown[] | NumberColumn;
  /** Whether the worker sends {@link Begun} first. */
  readonly tellsBegin: boolean;
  /** Whether each result has its own message, sent at once: to time each item, or to find a result that cannot be read. */
  readonly resultPerMessage: boolean;
}

/** The answer to `batch` and `pull`. */
export interface BatchReply {
  /** Whether a generator waits for a pull. */
  readonly generating: boolean;
  /** Why the task could not be loaded: then no item has begun. */
  readonly notLoaded?: Extract<Loaded, { readonly ok: false }>;
  /** The time that the call took here, in milliseconds. */
  readonly workedMs: number;
}

/** Asks the held generator for yields: at least one, at most `max`, and no more after about 20 ms. */
export interface PullRequest {
  readonly max: number;
  readonly resultPerMessage: boolean;
}

/** The error of an item: its task threw, or its result cannot be sent. */
export type SentError =
  | { readonly at: number; readonly kind: 'task'; readonly thrown: CodedError }
  | { readonly at: number; readonly kind: 'clone'; readonly thrown: CodedError };

/** The results and errors of consecutive items, in arrays of their own, since an object per item would cost more. */
export interface Settled {
  readonly kind: 'settled';
  /** The position in the batch of the first value. */
  readonly from: number;
  readonly values: readonly unknown[] | NumberColumn;
  readonly errors?: readonly SentError[];
  /** The yields of the generator of the item after `values`. */
  readonly yields?: { readonly values: readonly unknown[]; readonly ended: boolean };
  /** The answer of the call, if this is its last event. No other answer follows, unless the batch is told to stop. */
  readonly reply?: BatchReply;
}

/** The report of a worker that exits: the running item, and the uncaught error. */
export interface ExitReport {
  readonly kind: 'exitReport';
  /** The position of the running item in its batch; 0 without a batch. */
  readonly at: number;
  readonly exitCode: number;
  readonly uncaught?: CodedError;
}

/**
 * Sent by a worker before the first item of a batch, when its task is loaded: code that an earlier item left running may block
 * it before that, or the task may not load.
 */
export interface Begun {
  readonly kind: 'begun';
}

/** The messages of a worker before its answer to a call. */
export type WorkerEvent = Begun | Settled | ExitReport;

/** Sent by a worker for a request that it cannot read and does not answer. */
export interface UnreadableRequest {
  readonly [UNREADABLE_REQUEST]: string;
}

export const UNREADABLE_REQUEST = 'rxjs-parallel: refused';

/** Connects a thread for single calls. */
export interface ConnectRequest {
  readonly port: MessagePort;
  /** The memory of {@link CallCells}. */
  readonly memory: SharedArrayBuffer;
}

/** Returned by a method whose last event was its answer. */
export const ANSWERED = Symbol('answered');

export interface WorkerMethods {
  boot(request: BootRequest): Promise<Loaded>;
  open(request: OpenRequest): Promise<Loaded>;
  /** Runs the teardown of the pool. */
  teardown(): Promise<void>;
  connect(request: ConnectRequest): void;
  forget(runs: readonly number[]): void;
  batch(request: BatchRequest): Promise<BatchReply | typeof ANSWERED>;
  pull(request: PullRequest): Promise<BatchReply | typeof ANSWERED>;
  /**
   * Tells the task of a batch to stop. If its generator waits for a pull, resolves when that has been closed. If the answer was
   * part of an event, it is sent again: the event may not have been readable.
   */
  stop(batch: number): Promise<void>;
}
