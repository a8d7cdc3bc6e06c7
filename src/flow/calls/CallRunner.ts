import type { ParallelError } from '../../tasks/errors/errors.ts';
import type { Call, CallQueue } from './Call.ts';

/** Takes the calls of one function from their queue, as workers are free. */
export interface CallRunner {
  /** Whether a call that comes now need not wait for another one of its function to end. */
  readonly isFree: boolean;
  /** How many of the calls that it has taken wait for others of its function to end. */
  readonly surplus: number;
  /** How many of the calls that it has taken run. */
  readonly running: number;
  /** The calls that it has taken, and that have not begun. */
  readonly pending: readonly Call[];
  /** Looks at the queue, to which something was added. */
  poke(): void;
  /** Drops a call that it has taken, and tells its task to stop. */
  cancel(call: Call): void;
  /** Resolves when all workers are there, and have the task ready. */
  ready(): Promise<void>;
  /** Forgets the task: no call is left. */
  end(): void;
}

/** What a runner says of its calls. */
export interface CallEvents {
  readonly queue: CallQueue;
  /** A call has a result, and is over. */
  succeed(call: Call, value: unknown): void;
  /** The task of a call generates results. */
  yield(call: Call, values: readonly unknown[], ended: boolean): void;
  /** A call has failed, for good. */
  fail(call: Call, error: unknown): void;
  /** Whether a call that has failed is tried again: by {@link retry}, when its worker is free. */
  mayRetry(call: Call, error: ParallelError): boolean;
  retry(call: Call, error: ParallelError): void;
}
