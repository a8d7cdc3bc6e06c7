import type { Observable } from 'rxjs';
import type { Plan } from '../Plan.ts';
import type { Items } from '../source/Items.ts';
import { openSource } from '../source/openSource.ts';
import type { Source } from '../source/Source.ts';
import type { Chunk } from './Chunk.ts';
import type { Chunking } from './chunking.ts';
import { windowOf } from './windowOf.ts';

/** Numbers the items of a source, and takes them in chunks, as far as the window has room. */
export class ChunkReader<In> {
  readonly source: Source<In>;
  private plan: Plan<In>;
  private readonly chunks: Chunking;
  private taken = 0;
  /** How many items have been taken, and not yet emitted. */
  private inside = 0;

  /** @param freed$ - Emits when there may be room again. */
  constructor(items: Items<In>, plan: Plan<In>, chunks: Chunking, freed$: Observable<unknown>) {
    this.plan = plan;
    this.chunks = chunks;
    this.source = openSource(items, {
      hasCapacity: () => this.hasCapacity(),
      freed$,
      checkArrival: plan.overflow === 'error' ? this.checkArrival : undefined,
    });
  }

  /** Takes the next items of the source, `max` at most; undefined where there are none now, or no room for them. */
  take(max = this.sizeOfNext()): Chunk<In> | undefined {
    // The window shrinks with the chunks, and may be smaller than what is inside.
    const size = Math.max(0, Math.min(max, this.window() - this.inside));
    const items = size === 0 ? [] : this.source.take(size);
    if (items.length === 0) return undefined;
    const first = this.taken;
    this.taken += items.length;
    this.inside += items.length;
    return { first, items, attempt: 1, crashes: 0 };
  }

  /** Changes how many jobs may run at once. */
  resize(workers: number): void {
    this.plan = { ...this.plan, workers };
  }

  /** Gives back the room of items that have been emitted. */
  free(items: number): void {
    this.inside -= items;
  }

  /**
   * Most items of the next chunk, from 1. One of a known rest leaves work for the other workers, if that is worth it.
   *
   * @param held - The number of items that have been taken, and wait for a chunk.
   */
  sizeOfNext(held = 0): number {
    const { limit, shortLimit, min } = this.chunks;
    const { waiting } = this.source;
    const share = waiting === undefined ? shortLimit : Math.ceil((waiting + held) / (2 * this.plan.workers));
    return Math.min(limit, Math.max(min, share));
  }

  /** Whether one more item may be read ahead. */
  private hasCapacity(): boolean {
    const waiting = this.source.waiting ?? 0;
    return waiting < 2 * this.plan.workers * this.chunks.shortLimit && this.hasRoom();
  }

  /** Whether there is room in the window for one more item to be taken, or to wait. */
  private hasRoom(): boolean {
    return (this.source.waiting ?? 0) + this.inside < this.window();
  }

  /** Throws where nothing may come, but has. */
  private readonly checkArrival = (): void => {
    if (this.hasRoom()) return;
    throw new RangeError(
      `the source has emitted while all of bufferSize, ${String(this.window())}, was taken: set overflow to "buffer", or ` +
        'give parallel$ an iterable or an async iterable, which is pulled',
    );
  };

  private window(): number {
    // By the short limit: longer chunks take no more memory, since there are fewer of them.
    return windowOf(this.plan, this.chunks.shortLimit, this.source.isPulled);
  }
}
