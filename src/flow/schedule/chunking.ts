/**
 * The intended run time of a chunk, in milliseconds: long compared with the cost of a message, but short for a user who
 * waits.
 */
const TARGET_MS = 25;
/**
 * In a long run it grows: to a quarter of the time of the run so far, and to so many milliseconds at most. A message costs the
 * worker and this thread as much as before, and there are fewer of them.
 */
const MAX_TARGET_MS = 100;
const RUN_SHARE = 1 / 4;
/**
 * The time that this thread may spend on sending a chunk, in milliseconds: large messages cost more in proportion, in time
 * and memory.
 */
const SEND_MS = 2;
/** The smallest part of a full chunk, about 2 ms of work, that is worth a message when the last items are divided. */
const MIN_SHARE = 1 / 12;
/**
 * The maximum number of items in one message: more block this thread while it copies them. An array of 16,383 elements, or one
 * that has grown to 14,022 by `push`, takes more than 128 KB: V8 gets memory of its own from the system for each such array,
 * which costs more than all that is done with small items.
 */
const MAX_ITEMS = 8192;
/** The factor by which a chunk may be larger than the last one, since a first measurement is imprecise. */
const GROWTH = 8;

/** Decides the number of items of a chunk. */
export interface Chunking {
  readonly limit: number;
  /**
   * The limit where the source may end at any time: the others would idle while one worker runs a long last chunk.
   */
  readonly shortLimit: number;
  /** The minimum number of items that it should have, if there are as many. */
  readonly min: number;
  /** Learns from the run time of a chunk, and from the part of it that sending took, both in milliseconds. */
  observe(items: number, tookMs: number, sentMs?: number): void;
}

/**
 * Makes chunks of at most `size` items. Without a size, a chunk has about `targetMs` of work, by the measured times of the run.
 *
 * @param targetMs - Is called after each chunk, since a pool learns what its messages cost, and which jobs wait for it.
 *   Undefined for 25 ms, and more in a long run.
 * @param workers - The number of chunks that run at once.
 */
export function chunking(
  size: number | undefined,
  targetMs: () => number | undefined = () => undefined,
  workers = 1,
): Chunking {
  if (size !== undefined) return { limit: size, shortLimit: size, min: size, observe: () => undefined };
  let limit = 1;
  let shortLimit = 1;
  let itemMs = 0;
  let sendMs = 0;
  let lastItems = 0;
  let workedMs = 0;

  return {
    get limit() {
      return limit;
    },
    get shortLimit() {
      return shortLimit;
    },
    get min() {
      return Math.max(1, Math.floor(shortLimit * MIN_SHARE));
    },
    observe: (items, tookMs, sentMs = 0) => {
      // The clock of a user's own pool may be set back.
      if (!(tookMs >= 0 && sentMs >= 0 && tookMs + sentMs < Infinity)) return;
      // The larger of two chunks is more precise: its message was a smaller part of its time.
      itemMs = (lastItems * itemMs + tookMs) / (lastItems + items);
      sendMs = (lastItems * sendMs + sentMs) / (lastItems + items);
      lastItems = items;
      workedMs += tookMs;
      const given = targetMs();
      const shortMs = given ?? TARGET_MS;
      const longMs = given ?? Math.min(MAX_TARGET_MS, Math.max(TARGET_MS, (workedMs / workers) * RUN_SHARE));
      const most = Math.min(SEND_MS / sendMs, limit * GROWTH, MAX_ITEMS);
      limit = Math.max(1, Math.floor(Math.min(longMs / itemMs, most)));
      shortLimit = Math.max(1, Math.floor(Math.min(shortMs / itemMs, most)));
    },
  };
}
