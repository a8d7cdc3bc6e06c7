import { EMPTY } from 'rxjs';
import type { Source } from './Source.ts';

/** The elements of an array. */
export function arraySource<In>(list: readonly In[]): Source<In> {
  let taken = 0;
  return {
    arrivals$: EMPTY,
    isPulled: true,
    take: (max) => {
      // `slice` alone would keep holes.
      const items = [...list.slice(taken, taken + max)];
      taken += items.length;
      return items;
    },
    get waiting() {
      return list.length - taken;
    },
    get isDone() {
      return taken >= list.length;
    },
    close: () => undefined,
  };
}
