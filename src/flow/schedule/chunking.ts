/** What a chunk of work should take, in milliseconds: long against the cost of a message, short against a human's patience. */
const TARGET_MS = 25;
/** What this thread may spend on sending a chunk, in milliseconds: large messages take more than their share, of time and memory. */
const SEND_MS = 2;
/** The least part of a full chunk, about 2 ms of work, that is worth a message where the rest is shared out. */
const MIN_SHARE = 1 / 12;
/** More items than this in one message gain nothing, and hold up this thread while it copies them. */
const MAX_ITEMS = 16_384;
/** How much larger than the last one a chunk may be, since a first measurement says little. */
const GROWTH = 4;

/** How many items a chunk may have. */
export interface Chunking {
  readonly limit: number;
  /** How many items it should have at least, if there are as many. */
  readonly min: number;
  /** Learns from a chunk that took so many milliseconds, so many of them to be sent. */
  observe(items: number, tookMs: number, sentMs?: number): void;
}

/** Chunks of at most `size` items; without a size, of as many as make about 25 ms of work, as measured while it runs. */
export function chunking(size: number | undefined): Chunking {
  if (size !== undefined) return { limit: size, min: size, observe: () => undefined };
  let limit = 1;
  let itemMs = 0;
  let sendMs = 0;
  let lastItems = 0;

  return {
    get limit() {
      return limit;
    },
    get min() {
      return Math.max(1, Math.floor(limit * MIN_SHARE));
    },
    observe: (items, tookMs, sentMs = 0) => {
      // A pool of a user's own may go by a clock that was set.
      if (!(tookMs >= 0 && sentMs >= 0 && tookMs + sentMs < Infinity)) return;
      // The larger of two chunks says more: its message was a smaller part of its time.
      itemMs = (lastItems * itemMs + tookMs) / (lastItems + items);
      sendMs = (lastItems * sendMs + sentMs) / (lastItems + items);
      lastItems = items;
      const max = Math.min(TARGET_MS / itemMs, SEND_MS / sendMs, limit * GROWTH, MAX_ITEMS);
      limit = Math.max(1, Math.floor(max));
    },
  };
}
