import { bare } from '../../util/bare.ts';
import { brand } from '../brand.ts';

/** The item that an error belongs to, as far as it is known. */
export interface ParallelErrorDetails {
  /** The position of the item in the source. */
  readonly index?: number | undefined;
  /** The item. */
  readonly item?: unknown;
  /** How often the item has been tried, from 1. */
  readonly attempts?: number | undefined;
  /** The thrown value. */
  readonly cause?: unknown;
}

/**
 * The base of all errors of this library. `index`, `item` and `attempts` are undefined where an error is of no single
 * item. `cause` is what was thrown, where something was.
 *
 * @example The items that failed, and why
 * ```ts
 * const results = await parallel(thumbnail, photos, { onError: 'return' });
 * for (const result of results) if (result instanceof ParallelError) console.error(result.index, result.cause);
 * ```
 *
 * @see {@link ParallelConfig.onError} for what becomes of an item that failed.
 */
export class ParallelError extends Error {
  /** The position of the item in the source. */
  readonly index: number | undefined;
  /** The item. */
  readonly item: unknown;
  /** How often the item has been tried, from 1. */
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
 * A task threw, or its promise rejected: `cause` is what it threw; from a worker a copy. What `partitionBy` or `transfer`
 * throws comes the same way. A processor that does not give one result per item is told so without a `cause`.
 *
 * @example What a task threw
 * ```ts
 * try {
 *   await parallel(thumbnail, photos);
 * } catch (error) {
 *   if (error instanceof TaskError) console.error('photo', error.index, error.cause);
 * }
 * ```
 *
 * @see {@link ParallelConfig.retry} to try again, {@link registerError} for the class of the cause.
 */
export class TaskError extends ParallelError {
  static {
    brand(this, 'TaskError');
  }
}

/**
 * A task, or a step of a generator, ran longer than `timeout`. Its `signal` aborts, and a worker that does not stop in time
 * is ended.
 *
 * @example The items that took too long
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
 * An item, an argument or a result cannot be sent to or from a worker: `cause` says why. Of an item or a result it is the
 * error of that item; of `args` it ends the run.
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
 * A worker, its initializer, or the module or function of a task could not be loaded. It ends the run, whatever `onError`
 * says.
 *
 * @example A module that is not there
 * ```ts
 * const { thumbnail } = tasks<typeof import('./images.ts')>(new URL('./moved/images.ts', import.meta.url));
 *
 * await parallel(thumbnail, photos, { onError: 'skip' }).catch((error: unknown) => {
 *   if (error instanceof TaskLoadError) console.error(error.message);
 * });
 * ```
 *
 * @see {@link tasks} for how a module is found, {@link WorkerPoolConfig.initializer} for what runs before the first item.
 */
export class TaskLoadError extends ParallelError {
  static {
    brand(this, 'TaskLoadError');
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

/**
 * A worker died while it ran the item. Without an index, workers died again and again before they could begin, which ends
 * the run.
 *
 * @example How it died
 * ```ts
 * const sizes = await parallel(measure, files, { pool: 'process', onError: 'return' });
 * for (const size of sizes)
 *   if (size instanceof WorkerCrashError) console.error(size.item, size.exitCode ?? size.signal, size.stderr);
 * ```
 *
 * @see {@link ParallelConfig.crashRetries} for how often such an item is tried again.
 */
export class WorkerCrashError extends ParallelError implements WorkerDeath {
  /** The exit code, if it exited. */
  readonly exitCode: number | undefined;
  /** The signal that ended it, for a process. */
  readonly signal: string | undefined;
  /** The end of what it wrote to stderr. */
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
 * @example Close a pool, whatever runs on it
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
 * @see {@link Pool.close} for what a close waits for.
 */
export class PoolClosedError extends ParallelError {
  static {
    brand(this, 'PoolClosedError');
  }
}
