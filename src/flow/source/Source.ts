import type { Observable } from 'rxjs';

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
