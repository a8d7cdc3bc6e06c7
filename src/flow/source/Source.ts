import type { Observable } from 'rxjs';

/** Hands out the items of a source on request. */
export interface Source<In> {
  /** Opens the source. Emits after each arrival, and completes when no more items will arrive. */
  readonly arrivals$: Observable<unknown>;
  /** Takes the items that are available now, at most `max`. */
  take(max: number): readonly In[];
  /** The number of items that wait to be taken or are known to come; undefined if it cannot be known. */
  readonly waiting: number | undefined;
  /** Whether there will be no more items to take. */
  readonly isDone: boolean;
  /** Whether items are read from the source only when they are handed out. */
  readonly isPulled: boolean;
  /** Closes the source: an iterator's `finally` runs. */
  close(): void;
}

/** The capacity that the flow has for the items of a source. */
export interface Room {
  /** Whether one more item may be read ahead. */
  readonly hasCapacity: () => boolean;
  /** Emits when there may be capacity again. */
  readonly freed$: Observable<unknown>;
  /** Throws if an Observable must not emit now; undefined if it always may. */
  readonly checkArrival?: (() => void) | undefined;
}
