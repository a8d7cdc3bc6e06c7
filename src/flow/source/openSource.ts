import {
  defer,
  EMPTY,
  filter,
  from,
  identity,
  map,
  of,
  repeat,
  switchMap,
  take,
  takeWhile,
  tap,
  type InteropObservable,
  type Observable,
} from 'rxjs';
import { isMap, isSet } from '../../platform/types.ts';
import { show } from '../../util/check.ts';
import { checkStep } from '../../util/checkStep.ts';
import { Fifo } from '../../util/collections/Fifo.ts';
import { reportUnhandled } from '../../util/rx/reportUnhandled.ts';

/**
 * A source of items: an iterable, an async iterable (a Node stream is one), a web stream or an Observable.
 *
 * @typeParam In - One item.
 */
export type Items<In> =
  Iterable<In> | AsyncIterable<In> | Observable<In> | InteropObservable<In> | Pick<ReadableStream<In>, 'getReader'>;

/** Hands out the items of a source, when asked. */
export interface Source<In> {
  /** Makes items arrive: emits after each, completes when no more will come. */
  readonly arrivals$: Observable<unknown>;
  /** Takes the next items, at most so many: those that are there now. */
  take(max: number): readonly In[];
  /** How many items wait to be taken, or are known to come; undefined if that cannot be known. */
  readonly waiting: number | undefined;
  /** Whether there will be no more items to take. */
  readonly isDone: boolean;
  /** Whether an item is taken when it is handed out (pulled), or has been before. */
  readonly isPulled: boolean;
  /** Closes the source: an iterator's `finally` runs. */
  close(): void;
}

/** What a source may ask of the path behind it. */
export interface Room {
  /** Whether one more item may be read ahead. */
  readonly hasCapacity: () => boolean;
  /** Emits when there may be room again. */
  readonly freed$: Observable<unknown>;
  /** Throws where an Observable may not emit now; undefined where it always may. */
  readonly checkArrival?: (() => void) | undefined;
}

/**
 * Opens a source. Iterables are pulled as items are taken; async iterables are read ahead as far as there is room; what
 * an Observable emits is queued, where that is allowed.
 *
 * @throws TypeError if `items` is nothing that gives items.
 */
export function openSource<In>(items: Items<In>, room: Room): Source<In> {
  if (isObservableLike(items)) {
    const { checkArrival } = room;
    return queued(from(items).pipe(checkArrival === undefined ? identity : tap(checkArrival)), false, () => undefined);
  }
  if (Array.isArray(items)) return listed(items as readonly In[]);
  if (isIterable(items)) return pulled(items[Symbol.iterator]());
  if (isWebStream(items)) return readAhead(readerOf(items), room);
  if (isAsyncIterable(items)) return readAhead(endedAtOnce(items), room);
  throw new TypeError(`items must be iterable, async iterable or an Observable, not ${show(items)}`);
}

/** How many items there are, where that is known beforehand. */
export function sizeOf(items: unknown): number | undefined {
  if (Array.isArray(items)) return items.length;
  return isSet(items) || isMap(items) ? items.size : undefined;
}

/** Throws at the call what {@link openSource} would throw on subscription. */
export function checkItems(items: unknown): void {
  if (!isObservableLike(items) && !isIterable(items) && !isWebStream(items) && !isAsyncIterable(items))
    throw new TypeError(`items must be iterable, async iterable or an Observable, not ${show(items)}`);
}

function listed<In>(list: readonly In[]): Source<In> {
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

function pulled<In>(iterator: Iterator<In>): Source<In> {
  let ended = false;
  let isCallingNext = false;
  let failure: { readonly error: unknown } | undefined;

  const hasEnded = (): boolean => ended;
  const close = (): void => {
    try {
      iterator.return?.();
    } catch (error) {
      reportUnhandled(error);
    }
  };
  const pull = (items: In[], max: number): void => {
    while (!hasEnded() && items.length < max) {
      isCallingNext = true;
      const step = checkStep(iterator.next());
      isCallingNext = false;
      // It may have been left by what it did itself.
      if (step.done === true) ended = true;
      else if (hasEnded()) close();
      else items.push(step.value);
    }
  };
  return {
    arrivals$: EMPTY,
    isPulled: true,
    take: (max) => {
      const items: In[] = [];
      try {
        pull(items, max);
      } catch (error) {
        // An iterator that has thrown has ended: its `return` must not be called. The items before come first.
        ended = true;
        failure = { error };
      }
      if (items.length > 0 || failure === undefined) return items;
      const { error } = failure;
      failure = undefined;
      throw error;
    },
    waiting: undefined,
    get isDone() {
      return ended && failure === undefined;
    },
    close: () => {
      if (!ended && !isCallingNext) close();
      ended = true;
    },
  };
}

function readAhead<In>(iterator: AsyncIterator<In>, room: Room): Source<In> {
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

  return queued(read$, true, () => {
    if (!ended) close().catch(reportUnhandled);
    ended = true;
  });
}

/** Reads a stream, and cancels it when it is closed, also while a read is pending, for which its own iterator would wait. */
function readerOf<In>(stream: Pick<ReadableStream<In>, 'getReader'>): AsyncIterator<In> {
  const reader = stream.getReader();
  return {
    next: async () => {
      try {
        const step = await reader.read();
        if (step.done) reader.releaseLock();
        return step as IteratorResult<In>;
      } catch (error) {
        reader.releaseLock();
        throw error;
      }
    },
    return: async () => {
      await reader.cancel();
      reader.releaseLock();
      return { done: true, value: undefined };
    },
  };
}

/** An iterator of what it is given, that destroys a stream of Node when it is closed, also while it has nothing to say. */
function endedAtOnce<In>(items: AsyncIterable<In>): AsyncIterator<In> {
  const iterator = items[Symbol.asyncIterator]();
  if (!('readableEnded' in items)) return iterator;
  return {
    next: () => iterator.next(),
    return: async () => {
      const returned = iterator.return?.();
      (items as unknown as { destroy(): void }).destroy();
      await returned;
      return { done: true, value: undefined };
    },
  };
}

function queued<In>(source$: Observable<In>, isPulled: boolean, close: () => void): Source<In> {
  const queue = new Fifo<In>();
  let ended = false;
  return {
    arrivals$: source$.pipe(
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

function isObservableLike<In>(items: unknown): items is Observable<In> {
  return typeof items === 'object' && items !== null && (Symbol.observable in items || '@@observable' in items);
}

function isWebStream<In>(items: unknown): items is Pick<ReadableStream<In>, 'getReader'> {
  return typeof items === 'object' && items !== null && 'getReader' in items;
}

function isIterable<In>(items: unknown): items is Iterable<In> {
  return (
    items !== null && items !== undefined && typeof (items as Partial<Iterable<In>>)[Symbol.iterator] === 'function'
  );
}

function isAsyncIterable<In>(items: unknown): items is AsyncIterable<In> {
  return (
    typeof items === 'object' &&
    items !== null &&
    typeof (items as Partial<AsyncIterable<In>>)[Symbol.asyncIterator] === 'function'
  );
}
