import { BehaviorSubject, type Observable } from 'rxjs';
import type { Chunk } from './Chunk.ts';

/** A chunk, of which its index is all that matters here. Each try of an item is a chunk of its own. */
type First = Pick<Chunk<never>, 'first'>;

/** The chunks of a run that wait for a worker. */
export class Waiting {
  /**
   * The least index of their items, or an index before it; `Infinity` while none waits. Is told by {@link publish}, since most
   * chunks get a worker at once.
   */
  readonly earliest$: Observable<number>;
  private readonly published$ = new BehaviorSubject(Infinity);
  /** Those that were handed to the pool, which has had no worker for them yet: at most as many as the run has workers. */
  private readonly inPool = new Set<First>();
  /** Not after the least index of those that the run holds back. */
  private heldFrom = Infinity;

  constructor() {
    this.earliest$ = this.published$;
  }

  /** A chunk is held back until the run has a worker to spare. */
  hold(first: number): void {
    this.heldFrom = Math.min(this.heldFrom, first);
  }

  /** None is held back any more. */
  holdNone(): void {
    this.heldFrom = Infinity;
  }

  /** A chunk is handed to the pool. */
  enter(chunk: First): void {
    this.inPool.add(chunk);
  }

  /** A chunk has got a worker, or needs none. Does nothing where it has said so before. */
  exit(chunk: First): void {
    if (this.inPool.delete(chunk) && chunk.first === this.published$.value) this.publish();
  }

  publish(): void {
    let earliest = this.heldFrom;
    for (const { first } of this.inPool) if (first < earliest) earliest = first;
    if (earliest !== this.published$.value) this.published$.next(earliest);
  }
}
