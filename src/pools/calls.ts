import type { Observable } from 'rxjs';
import type { ParallelError } from '../tasks/errors/errors.ts';
import type { Entry, PriorityQueue } from '../util/collections/PriorityQueue.ts';
import type { Job, Pool } from './pool.ts';

/** One call of a function, as a pool that takes single calls sees it. */
export interface PoolCall extends Entry<PoolCall> {
  readonly item: unknown;
  /** The number of the call, from 0. */
  readonly index: number;
  /** Milliseconds that it may run. */
  readonly timeoutMs: number | undefined;
  /** Which try this is, from 1. */
  readonly attempt: number;
  readonly state: 'waiting' | 'running' | 'settled';
  /** Milliseconds that it has waited, when it was sent. */
  readonly waitedMs: number;
  /** Enters the async context of the caller. */
  readonly runInContext: <T>(call: () => T) => T;
}

/** What all calls of one function have in common. */
export interface CallTask extends Pick<Job<unknown>, 'task' | 'args' | 'ended$'> {
  readonly transfer: Job<never>['transfer'];
  /** Milliseconds that a task which was told to stop has before its worker is ended; undefined for those of the pool. */
  readonly graceMs: number | undefined;
}

/** Takes the calls of one function from their queue, as workers are free. */
export interface CallRunner {
  /** Whether it needs the async context of each call. */
  readonly needsContext: boolean;
  /** Why the pool takes no more calls; undefined while it does. */
  readonly refusal: Error | undefined;
  /** How many of the calls that it has taken wait for others to end, less the calls that could begin now, or soon. */
  readonly surplus: number;
  /** How many of the calls that it has taken run. */
  readonly running: number;
  /** The calls that it has taken, and that have not begun. */
  readonly pending: readonly PoolCall[];
  /** Looks at the queue, to which something was added. */
  poke(): void;
  /** Takes all calls from the queue: the pool is about to refuse those that come later. */
  takeAll(): void;
  /** Drops a call that it has taken, and tells its task to stop. */
  cancel(call: PoolCall): void;
  /** Resolves when all workers are there, and have the task ready. */
  ready(): Promise<void>;
  /** No call will come any more. */
  end(): void;
}

/** What a runner says of its calls. */
export interface CallEvents {
  readonly queue: PriorityQueue<PoolCall>;
  /** A call runs. */
  begin(call: PoolCall): void;
  /** A call has a result, and is over. */
  succeed(call: PoolCall, value: unknown): void;
  /** The task of a call generates results. */
  yield(call: PoolCall, values: readonly unknown[], ended: boolean): void;
  /** A call has failed, for good. */
  fail(call: PoolCall, error: unknown): void;
  /** Whether a call that has failed is tried again: by {@link retry}, when its worker is free. */
  mayRetry(call: PoolCall, error: ParallelError): boolean;
  retry(call: PoolCall, error: ParallelError): void;
}

/** A pool that drains. The pools of the library emit it by `draining$`. */
export interface Drain {
  /** Keeps the pool from ending while it is subscribed to, and has it take the jobs of a run, which is named by its `ended$`. */
  hold$(run: object): Observable<never>;
}

/** Whether a value of `draining$` is of a pool that can be held. */
export function isDrain(drain: unknown): drain is Drain {
  return typeof (drain as Partial<Drain> | undefined)?.hold$ === 'function';
}

/** What a pool counts of the calls of functions. */
export interface CallTally {
  /** The calls that were refused. */
  rejected: number;
  /** The queues of the functions whose calls become jobs later. */
  readonly queues: Set<{ readonly size: number }>;
}

const tallies = new WeakMap<Pool, CallTally>();

/** Has the calls on a pool counted. */
export function setCallTally(pool: Pool, tally: CallTally): void {
  tallies.set(pool, tally);
}

/** What counts the calls on a pool; undefined if nothing does. */
export function callTallyOf(pool: Pool): CallTally | undefined {
  return tallies.get(pool);
}
