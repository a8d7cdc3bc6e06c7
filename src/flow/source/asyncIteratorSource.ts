import { filter, Observable, take } from 'rxjs';
import { checkStep } from '../../util/checkStep.ts';
import { reportUnhandled } from '../../util/rx/reportUnhandled.ts';
import { queuedSource } from './queuedSource.ts';
import type { Room, Source } from './Source.ts';

/** The items of an async iterator, read ahead as far as there is capacity, one after the other. */
export function asyncIteratorSource<In>(iterator: AsyncIterator<In>, room: Room): Source<In> {
  let ended = false;
  // A loop: operators for each item would cost several times as much as the item.
  const item$ = new Observable<In>((subscriber) => {
    const readNext = (): void => {
      if (subscriber.closed) return;
      if (!room.hasCapacity()) {
        const freed$ = room.freed$.pipe(filter(room.hasCapacity), take(1));
        subscriber.add(freed$.subscribe({ next: readNext, error: fail }));
        return;
      }
      try {
        // A synchronous step returns no promise, in this thread and in workers.
        Promise.resolve(iterator.next()).then(receive, fail);
      } catch (error) {
        fail(error);
      }
    };
    const receive = (step: IteratorResult<In, unknown>): void => {
      if (subscriber.closed) return;
      try {
        if (checkStep(step).done !== true) subscriber.next(step.value as In);
        else {
          ended = true;
          subscriber.complete();
        }
      } catch (error) {
        fail(error);
      }
      readNext();
    };
    // An iterator that has failed has ended: its `return` must not be called.
    const fail = (error: unknown): void => {
      if (subscriber.closed) return;
      ended = true;
      subscriber.error(error);
    };
    readNext();
  });
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };

  return queuedSource(item$, true, () => {
    if (!ended) close().catch(reportUnhandled);
    ended = true;
  });
}
