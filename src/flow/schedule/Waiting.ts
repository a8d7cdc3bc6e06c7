import { BehaviorSubject, type Observable } from 'rxjs';
import type { Chunk } from './Chunk.ts';

/** A chunk, known by its index. Each attempt at an item is a chunk of its own. */
type First = Pick<Chunk<never>, 'first'>;

/** The chunks of a run that wait for a worker. */
export class Waiting {
  /**
   * The lowest index of their items, or a lower one; `Infinity` while none waits. Updated by {@link publish}, since most
   * chunks get a worker at once.
   */
  readonly earliest$: Observable<number>;
  private readonly published$ = new BehaviorSubject(Infinity);
  /** The chunks that the pool has, but without a worker yet: at most as many as the run has workers. */
  private readonly inPool = new Set<First>();
  /** A lower bound of the indices of the chunks that the run holds back. */
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

  /** A chunk has got a worker, or needs none. A second call for the same chunk has no effect. */
  exit(chunk: First): void {
    if (this.inPool.size > 0 && this.inPool.delete(chunk) && chunk.first === this.published$.value) this.publish();
  }

  publish(): void {
    let earliest = this.heldFrom;
    for (const { first } of this.inPool) if (first < earliest) earliest = first;
    if (earliest !== this.published$.value) this.published$.next(earliest);
  }
}
