import { tap, type Observable } from 'rxjs';
import { Fifo } from '../../util/collections/Fifo.ts';
import type { Source } from './Source.ts';

/**
 * Items that wait in a queue until they are taken.
 *
 * @param isPulled - Whether items come only on request.
 * @param close - Closes the source of the items.
 */
export function queuedSource<In>(item$: Observable<In>, isPulled: boolean, close: () => void): Source<In> {
  const queue = new Fifo<In>();
  let ended = false;
  return {
    arrivals$: item$.pipe(
      tap({
        next: (item) => {
          queue.push(item);
        },
        complete: () => (ended = true),
      }),
    ),
    isPulled,
    take: (max) => queue.take(max),
    get waiting() {
      return queue.length;
    },
    get isDone() {
      return ended && queue.length === 0;
    },
    close: () => {
      queue.clear();
      close();
    },
  };
}
