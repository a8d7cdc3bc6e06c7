/**
 * The progress of a run. It counts items, not the yields of generators.
 *
 * @example Print a line of your own
 * ```ts
 * await parallel(thumbnail, photos, {
 *   progress: ({ done, total = NaN, etaMs = NaN }) => console.log(`${done} of ${total}, ${Math.round(etaMs / 1000)} s left`),
 * });
 * ```
 *
 * @see {@link ParallelConfig.progress}, whose function gets it.
 */
export interface Progress {
  /** The number of items that have settled, including failed ones. */
  readonly done: number;
  /** The number of items that were skipped or returned as errors. */
  readonly failed: number;
  /** The number of all items: the option `total`, or the size of an array, set or map; undefined if it is not known. */
  readonly total: number | undefined;
  /** The number of items per second since the start; 0 before any time has passed. */
  readonly perSecond: number;
  /** The time since the start, in milliseconds, from 0. */
  readonly elapsedMs: number;
  /** The estimated time to the end, in milliseconds, from 0; undefined if `total` is not known, and while the rate is 0. */
  readonly etaMs: number | undefined;
}
