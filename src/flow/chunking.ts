/** What a chunk of work should take, in milliseconds: long against the cost of a message, short against a human's patience. */
const TARGET_MS = 25;
/** More items than this in one message gain nothing, and hold up this thread while it copies them. */
const MOST = 16_384;
/** How much larger than the last one a chunk may be, since a first measurement says little. */
const GROWTH = 8;

/** How many items a chunk may have. */
export interface Chunking {
  readonly limit: number;
  /** Learns from a chunk that took so many milliseconds. */
  observe(items: number, tookMs: number): void;
}

/** Chunks of at most `size` items; without a size, of as many as make about 25 ms of work, as measured while it runs. */
export function chunking(size: number | undefined): Chunking {
  if (size !== undefined) return { limit: size, observe: () => undefined };
  let limit = 1;
  let itemMs: number | undefined;

  return {
    get limit() {
      return limit;
    },
    observe: (items, tookMs) => {
      const measuredMs = tookMs / items;
      itemMs = itemMs === undefined ? measuredMs : (itemMs + measuredMs) / 2;
      limit = Math.max(1, Math.min(Math.floor(TARGET_MS / itemMs), limit * GROWTH, MOST));
    },
  };
}
