import { defer, filter, map, of, repeat, switchMap, take, takeWhile, tap } from 'rxjs';
import { checkStep } from '../../util/checkStep.ts';
import { reportUnhandled } from '../../util/rx/reportUnhandled.ts';
import { queuedSource } from './queuedSource.ts';
import type { Room, Source } from './Source.ts';

/** The items of an async iterator, read ahead as far as there is capacity. */
export function asyncIteratorSource<In>(iterator: AsyncIterator<In>, room: Room): Source<In> {
  let ended = false;
  const read$ = defer(() => (room.hasCapacity() ? of(0) : room.freed$.pipe(filter(room.hasCapacity), take(1)))).pipe(
    // A synchronous step returns no promise, in this thread and in workers.
    switchMap(() => Promise.resolve(iterator.next())),
    map(checkStep),
    repeat(),
    tap({
      next: ({ done }) => (ended = done === true),
      error: () => (ended = true),
    }),
    takeWhile(({ done }) => done !== true),
    map(({ value }) => value as In),
  );
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };

  return queuedSource(read$, true, () => {
    if (!ended) close().catch(reportUnhandled);
    ended = true;
  });
}
