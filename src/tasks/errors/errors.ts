import { bare } from '../../util/bare.ts';
import { brand } from '../brand.ts';

/** The details of a {@link ParallelError}: the item that failed, if the error belongs to one, and the thrown value. */
export interface ParallelErrorDetails {
  /** The index of the item in the source, from 0. */
  readonly index?: number | undefined;
  /** The item. */
  readonly item?: unknown;
  /** The number of attempts at the item, from 1. */
  readonly attempts?: number | undefined;
  /** The thrown value. */
  readonly cause?: unknown;
}

/**
 * The base class of all errors of this library. `index`, `item` and `attempts` are undefined if the error does not belong
 * to a single item. `cause` is the thrown value, if a value was thrown.
 *
 * @example Print the items that failed, and why
 * ```ts
 * const results = await parallel(thumbnail, photos, { onError: 'return' });
 * for (const result of results) if (result instanceof ParallelError) console.error(result.index, result.cause);
 * ```
 *
 * @see {@link ParallelConfig.onError} for the treatment of an item that failed.
 */
export class ParallelError extends Error {
  /** The index of the item in the source, from 0. */
  readonly index: number | undefined;
  /** The item. */
  readonly item: unknown;
  /** The number of attempts at the item, from 1. */
  readonly attempts: number | undefined;

  constructor(message: string, details: ParallelErrorDetails = {}) {
    super(message, Object.hasOwn(details, 'cause') ? { cause: details.cause } : undefined);
    const { index, item, attempts } = bare(details);
    this.index = index;
    this.item = item;
    this.attempts = attempts;
  }

  static {
    brand(this, 'ParallelError');
  }
}

/**
 * A task threw, or its promise rejected. `cause` is the thrown value; from a worker it is a copy. The same error reports
 * that `partitionBy` or `transfer` threw, and, without a `cause`, that a processor did not give one result per item.
 *
 * @example Print the error that a task threw
 * ```ts
 * try {
 *   await parallel(thumbnail, photos);
 * } catch (error) {
 *   if (error instanceof TaskError) console.error('photo', error.index, error.cause);
 * }
 * ```
 *
 * @see {@link ParallelConfig.retry} to try again, {@link registerError} to keep the class of the cause.
 */
export class TaskError extends ParallelError {
  static {
    brand(this, 'TaskError');
  }
}

/**
 * A task, or one step of a generator, ran longer than `timeout`. The `signal` of the task aborts, and if the task does not
 * stop within `graceMs`, its worker is ended.
 *
 * @example Print the items that took too long
 * ```ts
 * const images = await parallel(render, scenes, { timeout: 5000, onError: 'return' });
 * for (const image of images) if (image instanceof TaskTimeoutError) console.error(image.item);
 * ```
 *
 * @see {@link ParallelConfig.timeout} to set it, {@link ParallelConfig.retry} to try again.
 */
export class TaskTimeoutError extends ParallelError {
  static {
    brand(this, 'TaskTimeoutError');
  }
}

/**
 * An item, an argument or a result cannot be sent to or from a worker; `cause` has the reason. If it is an item or a
 * result, only that item fails. If it is one of `args`, the run ends.
 *
 * @example A result that cannot be sent back
 * ```ts
 * const [counter] = await parallel((n: number) => () => n + 1, [1], { onError: 'return' });
 * console.log(counter instanceof TaskCloneError);
 * ```
 *
 * @see {@link parallelAsync} and {@link LocalPool}, where nothing is sent.
 */
export class TaskCloneError extends ParallelError {
  static {
    brand(this, 'TaskCloneError');
  }
}

/**
 * A worker, its initializer, or the module or function of a task could not be loaded. The error ends the run, also if
 * `onError` is `'skip'` or `'return'`.
 *
 * @example A module that does not exist
 * ```ts
 * const { thumbnail } = tasks<typeof import('./images.ts')>(new URL('./moved/images.ts', import.meta.url));
 *
 * await parallel(thumbnail, photos, { onError: 'skip' }).catch((error: unknown) => {
 *   if (error instanceof TaskLoadError) console.error(error.message);
 * });
 * ```
 *
 * @see {@link tasks} for how a module is found, {@link WorkerPoolConfig.initializer} for code that runs before the first
 *   item.
 */
export class TaskLoadError extends ParallelError {
  static {
    brand(this, 'TaskLoadError');
  }
}

/** How a worker died. */
export interface WorkerDeath {
  /** The exit code, if the worker exited by itself. */
  readonly exitCode: number | undefined;
  /** The signal that ended the worker, if it was a process. */
  readonly signal: string | undefined;
  /** The last output of the worker on stderr. */
  readonly stderr: string;
}

/**
 * A worker died while it ran the item. If `index` is undefined, several workers in a row died before they could run an
 * item, and the run ends.
 *
 * @example Print how a worker died
 * ```ts
 * const sizes = await parallel(measure, files, { pool: 'process', onError: 'return' });
 * for (const size of sizes)
 *   if (size instanceof WorkerCrashError) console.error(size.item, size.exitCode ?? size.signal, size.stderr);
 * ```
 *
 * @see {@link ParallelConfig.crashRetries} for how often such an item is tried again.
 */
export class WorkerCrashError extends ParallelError implements WorkerDeath {
  /** The exit code, if the worker exited by itself. */
  readonly exitCode: number | undefined;
  /** The signal that ended the worker, if it was a process. */
  readonly signal: string | undefined;
  /** The last output of the worker on stderr. */
  readonly stderr: string;

  constructor(message: string, details: ParallelErrorDetails & Partial<WorkerDeath> = {}) {
    super(message, details);
    const { exitCode, signal, stderr = '' } = bare(details);
    this.exitCode = exitCode;
    this.signal = signal;
    this.stderr = stderr;
  }

  static {
    brand(this, 'WorkerCrashError');
  }
}

/**
 * The pool was closed before the run ended, or before it began.
 *
 * @example Close a pool while a run uses it
 * ```ts
 * const pool = new ThreadPool();
 * const sizes = parallel(measure, files, { pool }).catch((error: unknown) => {
 *   if (error instanceof PoolClosedError) return [];
 *   throw error;
 * });
 * await pool.close();
 * console.log(await sizes);
 * ```
 *
 * @see {@link Pool.close} for how a pool closes.
 */
export class PoolClosedError extends ParallelError {
  static {
    brand(this, 'PoolClosedError');
  }
}

/** How long a call waited in vain. */
export interface QueueFullDetails extends ParallelErrorDetails {
  /** How many calls of its function were waiting for a worker. */
  readonly waiting?: number;
  /** Milliseconds that it waited itself. */
  readonly waitedMs?: number;
}

/**
 * A call was refused, since too many others wait for a worker, or since it has waited too long. Its task has not run.
 *
 * @example Tell a client to come back later
 * ```ts
 * const sizeOf = pooled(measure, { maxQueue: 100 });
 * const statusOf = (file: string): Promise<number> =>
 *   sizeOf(file).then(
 *     () => 200,
 *     (error: unknown) => (error instanceof QueueFullError ? 503 : 500),
 *   );
 * ```
 *
 * @see {@link PooledConfig.maxQueue} and {@link PooledConfig.maxWait}, the two bounds.
 */
export class QueueFullError extends ParallelError {
  /** How many calls of its function were waiting for a worker. */
  readonly waiting: number;
  /** Milliseconds that it waited itself; 0 where it was refused at once. */
  readonly waitedMs: number;

  constructor(message: string, details: QueueFullDetails = {}) {
    super(message, details);
    const { waiting = 0, waitedMs = 0 } = bare(details);
    this.waiting = waiting;
    this.waitedMs = waitedMs;
  }

  static {
    brand(this, 'QueueFullError');
  }
}
