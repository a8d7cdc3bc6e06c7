import { finished, Readable } from 'node:stream';
import { exhaustMap, fromEvent, merge, Observable, takeUntil } from 'rxjs';
import { queuedSource } from '../queuedSource.ts';
import type { Room, Source } from '../Source.ts';

/**
 * The items of a stream of objects of Node, read ahead as far as there is capacity, without a promise for each of them; undefined
 * if it is none, or has an iterator of its own.
 */
export function readableSource<In>(items: AsyncIterable<In>, room: Room): Source<In> | undefined {
  if (!(items instanceof Readable) || items[Symbol.asyncIterator] !== Readable.prototype[Symbol.asyncIterator])
    return undefined;
  const stream: Readable = items;
  // The bytes that have come since the last read are one item.
  if (!stream.readableObjectMode) return undefined;
  function* available(): Generator<In> {
    while (room.hasCapacity() && !stream.destroyed) {
      const item = stream.read() as In | null;
      if (item === null) return;
      yield item;
    }
  }
  // Its listeners stay: a stream that is destroyed may still fail, which nothing else would handle.
  const end$ = new Observable<void>((subscriber) => {
    finished(stream, { writable: false }, (error) => {
      if (error == null) subscriber.next();
      else subscriber.error(error);
    });
  });
  const item$ = merge(fromEvent(stream, 'readable'), room.freed$).pipe(exhaustMap(available), takeUntil(end$));

  return queuedSource(item$, true, () => {
    // One that has ended, or failed, need not be destroyed, and may be asked not to be.
    if (!stream.readableEnded && stream.errored === null) stream.destroy();
  });
}
