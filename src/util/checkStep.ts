import { show } from './check.ts';

/** Gives back what an iterator's `next` gave, or throws where `for...of` would: what is no object is never `done`. */
export function checkStep<T>(step: IteratorResult<T, unknown>): IteratorResult<T, unknown> {
  if ((typeof step !== 'object' && typeof step !== 'function') || (step as unknown) === null)
    throw new TypeError(`iterator result ${show(step)} is not an object`);
  return step;
}
