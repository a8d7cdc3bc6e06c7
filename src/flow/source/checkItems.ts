import { show } from '../../util/check.ts';
import { isAsyncIterable, isIterable, isObservableLike, isWebStream } from './kinds.ts';

/** @throws TypeError if `items` is not a source of items. */
export function checkItems(items: unknown): void {
  if (isObservableLike(items) || isIterable(items) || isWebStream(items) || isAsyncIterable(items)) return;
  throw new TypeError(`items must be iterable, async iterable or an Observable, not ${show(items)}`);
}
