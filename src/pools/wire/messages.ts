import type { CodedError } from '../../tasks/errors/CodedError.ts';
import type { TaskOrigin, TaskStyle } from '../../tasks/Task.ts';
import type { TsNode } from '../../tasks/module/TsNode.ts';

// All that crosses between this thread and a worker. Everything here must survive a structured clone.

/** The first call to a worker. */
export interface BootRequest {
  readonly initializer: TaskOrigin | undefined;
  readonly initArgs: readonly unknown[];
  /** How the parent runs TypeScript by ts-node's require hook, which a worker does not inherit. */
  readonly tsNode: TsNode | undefined;
  /** The process of the parent. */
  readonly parent: number;
}

/** Makes a task ready for the items of a run. */
export interface OpenRequest {
  readonly run: number;
  readonly origin: TaskOrigin;
  readonly style: TaskStyle;
  readonly args: readonly unknown[];
}

/** How a request to boot or to open ended. Nothing is ever thrown through workerpool, which would lose most of it. */
export type Loaded =
  { readonly ok: true } | { readonly ok: false; readonly message: string; readonly cause: CodedError };

/** Items for a task, in columns. */
export interface BatchRequest {
  readonly run: number;
  /** Names the batch, so that a late request to stop cannot hit its successor. */
  readonly batch: number;
  /** The index of the first item; the others follow it one by one. */
  readonly first: number;
  /** Which try this is, of each item. */
  readonly attempt: number;
  readonly items: readonly unknown[];
  /** Whether each result is sent at once, in a message of its own: the other side measures the time of each, or looks for one. */
  readonly resultPerMessage: boolean;
}

/** How a batch, or a pull, ended: whether a generator waits to be asked for more. */
export interface BatchReply {
  readonly generating: boolean;
}

/** Asks the held generator for yields: at most so many, or those of about 20 ms, and at least one. */
export interface PullRequest {
  readonly max: number;
  readonly resultPerMessage: boolean;
}

/** An item that failed: by its task, or since its result cannot be sent. */
export type SentError =
  | { readonly at: number; readonly kind: 'task'; readonly thrown: CodedError }
  | { readonly at: number; readonly kind: 'clone'; readonly thrown: CodedError };

/** Results, in columns. */
export interface Settled {
  readonly kind: 'settled';
  /** The position in the batch of the first value. */
  readonly from: number;
  readonly values: readonly unknown[];
  readonly errors?: readonly SentError[];
  /** Of the item after the values. */
  readonly yields?: { readonly values: readonly unknown[]; readonly ended: boolean };
  /** How the call has ended, if nothing else comes but its answer, which says the same. */
  readonly reply?: BatchReply;
}

/** The report of a worker that exits: the item that ran, and the uncaught error. */
export interface ExitReport {
  readonly kind: 'exitReport';
  /** The position of that item in its batch; 0 if the worker had not begun one. */
  readonly at: number;
  readonly exitCode: number;
  readonly uncaught?: CodedError;
}

/** Sent by a worker before it makes a task ready, which may take long. */
export interface Loading {
  readonly kind: 'loading';
}

/** The messages of a worker before it answers. */
export type WorkerEvent = Loading | Settled | ExitReport;

/** Sent by a worker for a request that it cannot read, and will not answer. */
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

/** The methods of a worker. */
export interface WorkerMethods {
  boot(request: BootRequest): Promise<Loaded>;
  open(request: OpenRequest): Promise<Loaded>;
  connect(request: ConnectRequest): void;
  forget(runs: readonly number[]): void;
  batch(request: BatchRequest): Promise<BatchReply>;
  pull(request: PullRequest): Promise<BatchReply>;
  /** Tells the task of a batch to stop; resolves when a generator that waited to be asked has been closed. */
  stop(batch: number): Promise<void>;
}
