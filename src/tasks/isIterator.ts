// Captured when this loads: a task may replace globals.
const iterator: typeof Symbol.iterator = Symbol.iterator;
const asyncIterator: typeof Symbol.asyncIterator = Symbol.asyncIterator;

/** Whether a task has returned a generator: something with `next` that can also be iterated. Arrays are plain results. */
export function isIterator(value: unknown): value is Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<Generator & AsyncGenerator>;
  return (
    typeof candidate.next === 'function' &&
    (typeof candidate[iterator] === 'function' || typeof candidate[asyncIterator] === 'function')
  );
}

/** Whether a value is a promise or the like. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  );
}
