import type { Observer } from 'rxjs';
import type { RunInContext } from '../../platform/context/asyncContext.ts';
import type { Abortable } from '../../util/abortListeners.ts';
import type { PoolCall } from '../../pools/calls.ts';
import type { Entry } from '../../util/collections/PriorityQueue.ts';

/** What a caller says of one call. */
export interface CallOptions {
  readonly priority: number;
  /** Milliseconds that it may run. */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One call of a function that runs on a pool, from the call to its result. */
export class Call implements PoolCall, Abortable {
  readonly item: unknown;
  /** The number of the call, from 0. */
  readonly index: number;
  readonly priority: number;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Is told the result. */
  readonly observer: Observer<unknown>;
  /** When it was made, by the clock of its function. */
  readonly sinceMs: number;
  /** Enters the async context of the caller. */
  readonly runInContext: RunInContext;
  /** Which try this is, from 1. */
  attempt = 1;
  waitedMs = 0;
  /** How many tries ended with the death of the worker. */
  crashes = 0;
  state: 'waiting' | 'running' | 'settled' = 'waiting';
  lane: Entry<Call>['lane'];
  previous: Call | undefined;
  next: Call | undefined;
  private readonly owner: { abort(call: Call, reason: unknown): void };

  constructor(
    owner: { abort(call: Call, reason: unknown): void },
    item: unknown,
    index: number,
    { priority, timeoutMs, signal }: CallOptions,
    observer: Observer<unknown>,
    sinceMs: number,
    runInContext: RunInContext,
  ) {
    this.owner = owner;
    this.item = item;
    this.index = index;
    this.priority = priority;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.observer = observer;
    this.sinceMs = sinceMs;
    this.runInContext = runInContext;
    this.lane = undefined;
    this.previous = undefined;
    this.next = undefined;
  }

  aborted(reason: unknown): void {
    this.owner.abort(this, reason);
  }
}
