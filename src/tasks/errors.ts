/** What is known of the item that an error belongs to. */
export interface ParallelErrorDetails {
  /** The position of the item in the source. */
  readonly index?: number | undefined;
  /** The item. */
  readonly item?: unknown;
  /** How often the item has been tried. */
  readonly attempts?: number | undefined;
  /** What was thrown. */
  readonly cause?: unknown;
}

/**
 * The base of all errors of this library. `index`, `item` and `attempts` are undefined where an error is of no single
 * item.
 *
 * @example The items that failed, and why
 * ```ts
 * const results = await parallel(thumbnail, photos, { onError: 'return' });
 * for (const result of results) if (result instanceof ParallelError) console.error(result.index, result.cause);
 * ```
 */
export class ParallelError extends Error {
  /** The position of the item in the source. */
  readonly index: number | undefined;
  /** The item. */
  readonly item: unknown;
  /** How often the item has been tried, from 1. */
  readonly attempts: number | undefined;

  constructor(message: string, details: ParallelErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.index = details.index;
    this.item = details.item;
    this.attempts = details.attempts;
  }

  static {
    this.prototype.name = 'ParallelError';
  }
}

/** A task threw, or its promise rejected: `cause` is what it threw, as it was. */
export class TaskError extends ParallelError {
  static {
    this.prototype.name = 'TaskError';
  }
}

/** A task ran longer than `timeout`. */
export class TaskTimeoutError extends ParallelError {
  static {
    this.prototype.name = 'TaskTimeoutError';
  }
}

/** An item, an argument or a result cannot be sent to or from a worker. */
export class TaskCloneError extends ParallelError {
  static {
    this.prototype.name = 'TaskCloneError';
  }
}

/** A worker, its initializer, or the module or function of a task could not be loaded. It ends the run. */
export class TaskLoadError extends ParallelError {
  static {
    this.prototype.name = 'TaskLoadError';
  }
}

/** How a worker died. */
export interface WorkerDeath {
  /** The exit code, if it exited. */
  readonly exitCode: number | undefined;
  /** The signal that ended it, for a process. */
  readonly signal: string | undefined;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

/** A worker died while it ran the item. */
export class WorkerCrashError extends ParallelError implements WorkerDeath {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stderr: string;

  constructor(message: string, details: ParallelErrorDetails & Partial<WorkerDeath> = {}) {
    super(message, details);
    this.exitCode = details.exitCode;
    this.signal = details.signal;
    this.stderr = details.stderr ?? '';
  }

  static {
    this.prototype.name = 'WorkerCrashError';
  }
}

/** The pool was closed before the run ended, or before it began. */
export class PoolClosedError extends ParallelError {
  static {
    this.prototype.name = 'PoolClosedError';
  }
}
