/// <reference lib="esnext.disposable" preserve="true" />
import type { PooledCalls } from './PooledCalls.ts';

/** What the functions of {@link pooled} and {@link pooled$} have besides their calls. */
export interface PooledMembers extends AsyncDisposable {
  /** How many calls wait for a worker. */
  readonly waiting: number;
  /** How many calls run. */
  readonly running: number;
  /** Starts all workers of the pool, and makes the task ready in each; resolves when they are. */
  ready(): Promise<void>;
}

/** Gives a function the members that tell of its calls. */
export function addMembers<F extends (...args: never) => unknown>(call: F, calls: PooledCalls): F & PooledMembers {
  return Object.defineProperties(call, {
    waiting: { get: () => calls.waiting, enumerable: true },
    running: { get: () => calls.running, enumerable: true },
    ready: { value: () => calls.ready() },
    [Symbol.asyncDispose]: { value: () => calls.close() },
  }) as F & PooledMembers;
}
