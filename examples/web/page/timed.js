/** Tells workers apart: each of them loads this module once. */
const WORKER = Math.random();

/**
 * When a worker did something. Times are milliseconds since 1970, since each worker counts from a time of its own.
 *
 * @typedef {{ readonly worker: number, readonly startedAtMs: number, readonly endedAtMs: number }} Span
 */

/**
 * Adds to a result the worker that computed it, and when. The library has no such record in browsers.
 *
 * @template T
 * @param {() => T} work
 * @returns {Span & { readonly result: T }}
 */
export function timed(work) {
  const startedAtMs = nowMs();
  const result = work();
  return { worker: WORKER, startedAtMs, endedAtMs: nowMs(), result };
}

/** The time of a {@link Span}. */
export function nowMs() {
  return performance.timeOrigin + performance.now();
}
