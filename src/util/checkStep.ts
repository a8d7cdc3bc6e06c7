import { show } from './check.ts';

/**
 * Returns the result of an iterator's `next`. Throws if it is not an object, as `for...of` does: it would never be `done`.
 */
export function checkStep<T>(step: IteratorResult<T, unknown>): IteratorResult<T, unknown> {
  if ((typeof step !== 'object' && typeof step !== 'function') || (step as unknown) === null)
    throw new TypeError(`iterator result ${show(step)} is not an object`);
  return step;
}
