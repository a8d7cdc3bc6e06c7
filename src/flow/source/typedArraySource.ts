import { EMPTY } from 'rxjs';
import type { Source } from './Source.ts';

/** An array of numbers or bigints in a buffer. */
export interface TypedArray<T> extends ArrayLike<T>, ArrayBufferView {
  values(): Iterable<T>;
}

/** The elements of a typed array, copied by a loop: its iterator takes ten times as long. */
export function typedArraySource<T>(list: TypedArray<T>): Source<T> {
  let taken = 0;
  let hasEnded = false;
  return {
    arrivals$: EMPTY,
    isPulled: true,
    take: (max) => {
      const items: T[] = [];
      if (hasEnded) return items;
      while (items.length < max && taken < list.length) items.push(list[taken++] as T);
      if (items.length === 0) {
        hasEnded = true;
        // Throws if the buffer has been detached, as the iterator does.
        list.values();
      }
      return items;
    },
    get waiting() {
      return Math.max(0, list.length - taken);
    },
    get isDone() {
      // A detached array has no length.
      return hasEnded || (list.length > 0 && taken >= list.length);
    },
    close: () => {
      hasEnded = true;
    },
  };
}
