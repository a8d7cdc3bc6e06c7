import { Subject } from 'rxjs';
import type { Chunking } from './chunking.ts';
import { intake, type Intake, type Items } from './intake.ts';
import type { Plan } from './Plan.ts';

/** Consecutive items for one job. */
export interface Chunk<In> {
  /** The index of the first. */
  readonly first: number;
  readonly items: readonly In[];
}

/** Cuts chunks, as there are free workers, waiting items, and room for results. */
export interface Demand<In> {
  readonly source: Intake<In>;
  /** Emits when there may be something to cut; completes when all is cut. */
  readonly wake$: Subject<void>;
  /** Cuts what can be cut now. A wake-up while it does is seen by it, and needs no other call. */
  readonly cut: () => Iterable<Chunk<In>>;
  /** Gives back the credit of a run that has completed, or the room of items that have gone out. */
  readonly release: (back: { readonly credits?: number; readonly items?: number }) => void;
}

/** How many items may be inside where nobody says so: at least these, and enough for each worker to go on. */
const LEAST_WINDOW = 64;
const CHUNKS_PER_WORKER = 8;

/**
 * The demand of a run: `workers` credits, one taken by each chunk. It grows by recursion nowhere: a run that completes
 * synchronously gives its credit back while {@link Demand.cut} goes on, which then cuts the next.
 *
 * @param stopped - Whether nothing more is to be cut.
 */
export function demand<In>(items: Items<In>, plan: Plan<In>, chunks: Chunking, stopped: () => boolean): Demand<In> {
  const { workers, bufferSize, chunkSize, ordered } = plan;
  const wake$ = new Subject<void>();
  const freed$ = new Subject<void>();
  let credits = workers;
  let taken = 0;
  let inside = 0;

  const source: Intake<In> = intake(items, {
    has: () => {
      const waiting = source.waiting ?? 0;
      return waiting < 2 * workers * chunks.limit && waiting + inside < window();
    },
    freed$,
  });

  return {
    source,
    wake$,
    *cut() {
      for (let size = room(); size > 0; size = room()) {
        const chunk = source.take(size);
        if (chunk.length === 0) break;
        const first = taken;
        credits -= 1;
        taken += chunk.length;
        inside += chunk.length;
        yield { first, items: chunk };
      }
      freed$.next();
      if (source.over || stopped()) wake$.complete();
    },
    release: (back) => {
      credits += back.credits ?? 0;
      inside -= back.items ?? 0;
      wake$.next();
    },
  };

  /** Most items taken and not yet gone out. */
  function window(): number {
    if (bufferSize !== undefined) return bufferSize;
    return ordered && !source.pulls ? Infinity : Math.max(LEAST_WINDOW, CHUNKS_PER_WORKER * workers * chunks.limit);
  }

  /** Most items of the next chunk. One of a known rest leaves work for the other workers. */
  function room(): number {
    if (credits === 0 || stopped()) return 0;
    const share = chunkSize ?? Math.ceil((source.waiting ?? Infinity) / (2 * workers));
    return Math.min(chunks.limit, Math.max(1, share), window() - inside);
  }
}
