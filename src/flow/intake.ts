import {
  defer,
  EMPTY,
  filter,
  from,
  map,
  of,
  repeat,
  switchMap,
  take,
  takeWhile,
  tap,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { show } from '../util/check.ts';
import { Fifo } from '../util/fifo.ts';
import { reportUnhandled } from '../util/reportUnhandled.ts';

/** What items come from. */
export type Items<In> = Iterable<In> | AsyncIterable<In> | ObservableInput<In>;

/** Hands out the items of a source, when asked. */
export interface Intake<In> {
  /** What makes items arrive: emits after each, completes when no more will come. */
  readonly arrivals$: Observable<unknown>;
  /** Takes the next items, at most so many: those that are there now. */
  take(most: number): readonly In[];
  /** How many items wait to be taken, or are known to come; undefined if that cannot be known. */
  readonly waiting: number | undefined;
  /** Whether there will be no more items to take. */
  readonly over: boolean;
  /** Whether an item is taken when it is handed out (pulled), or has been before. */
  readonly pulls: boolean;
  /** Leaves the source: an iterator's `finally` runs. */
  leave(): void;
}

/** What an intake may ask of the path behind it. */
export interface Room {
  /** Whether one more item may be read ahead. */
  readonly has: () => boolean;
  /** Emits when there may be room again. */
  readonly freed$: Observable<unknown>;
}

/**
 * Opens a source. Iterables are pulled as items are taken; async iterables are read ahead as far as there is room; what
 * an Observable emits is queued, without bound.
 *
 * @throws TypeError if `items` is nothing that gives items.
 */
export function intake<In>(items: Items<In>, room: Room): Intake<In> {
  if (isObservableLike(items)) return queued(from(items as ObservableInput<In>), false, () => undefined);
  if (Array.isArray(items)) return listed(items as readonly In[]);
  if (isIterable(items)) return pulled(items[Symbol.iterator]());
  if (isAsyncIterable(items)) return readAhead(items[Symbol.asyncIterator](), room);
  throw new TypeError(`items must be iterable, async iterable or an Observable, not ${show(items)}`);
}

/** How many items there are, where that is known beforehand. */
export function sizeOf(items: unknown): number | undefined {
  if (Array.isArray(items)) return items.length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}

/** Throws at the call what {@link intake} would throw on subscription. */
export function checkItems(items: unknown): void {
  if (!isObservableLike(items) && !isIterable(items) && !isAsyncIterable(items))
    throw new TypeError(`items must be iterable, async iterable or an Observable, not ${show(items)}`);
}

function listed<In>(list: readonly In[]): Intake<In> {
  let taken = 0;
  return {
    arrivals$: EMPTY,
    pulls: true,
    take: (most) => {
      const items = list.slice(taken, taken + most);
      taken += items.length;
      return items;
    },
    get waiting() {
      return list.length - taken;
    },
    get over() {
      return taken >= list.length;
    },
    leave: () => undefined,
  };
}

function pulled<In>(iterator: Iterator<In>): Intake<In> {
  let over = false;
  return {
    arrivals$: EMPTY,
    pulls: true,
    take: (most) => {
      const items: In[] = [];
      while (!over && items.length < most) {
        const step = next();
        if (step.done === true) over = true;
        else items.push(step.value);
      }
      return items;
    },
    waiting: undefined,
    get over() {
      return over;
    },
    leave: () => {
      if (over) return;
      over = true;
      try {
        iterator.return?.();
      } catch (error) {
        reportUnhandled(error);
      }
    },
  };

  function next(): IteratorResult<In> {
    try {
      return iterator.next();
    } catch (error) {
      // An iterator that has thrown has ended: its `return` must not be called.
      over = true;
      throw error;
    }
  }
}

function readAhead<In>(iterator: AsyncIterator<In>, room: Room): Intake<In> {
  let over = false;
  const read$ = defer(() => (room.has() ? of(0) : room.freed$.pipe(filter(room.has), take(1)))).pipe(
    switchMap(() => iterator.next()),
    repeat(),
    tap({
      next: ({ done }) => (over = done === true),
      error: () => (over = true),
    }),
    takeWhile(({ done }) => done !== true),
    map(({ value }) => value as In),
  );

  return queued(read$, true, () => {
    if (!over) iterator.return?.().then(undefined, reportUnhandled);
    over = true;
  });
}

function queued<In>(source$: Observable<In>, pulls: boolean, leave: () => void): Intake<In> {
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
    pulls,
    take: (most) => queue.take(most),
    get waiting() {
      return queue.length;
    },
    get over() {
      return ended && queue.length === 0;
    },
    leave: () => {
      queue.clear();
      leave();
    },
  };
}

function isObservableLike(items: unknown): boolean {
  return (
    typeof items === 'object' &&
    items !== null &&
    (Symbol.observable in items || '@@observable' in items || isReadableStreamOnly(items))
  );
}

/** A web stream that cannot be iterated, as in some browsers. */
function isReadableStreamOnly(items: object): boolean {
  return 'getReader' in items && !(Symbol.asyncIterator in items);
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
