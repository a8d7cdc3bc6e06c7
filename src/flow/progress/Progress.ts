/**
 * How far a run has come. Counts items, not yields.
 *
 * @example A line of your own
 * ```ts
 * await parallel(thumbnail, photos, {
 *   progress: ({ done, total = NaN, etaMs = NaN }) => console.log(`${done} of ${total}, ${Math.round(etaMs / 1000)} s left`),
 * });
 * ```
 *
 * @see {@link ParallelConfig.progress}, which is given it.
 */
export interface Progress {
  /** Items that have settled, failed ones included. */
  readonly done: number;
  /** Items that were skipped or returned as errors. */
  readonly failed: number;
  /** All items, by the option `total`, or known of an array, set or map; undefined where it is not known. */
  readonly total: number | undefined;
  /** Items per second since the start; 0 before any time has passed. */
  readonly perSecond: number;
  /** Milliseconds since the start, from 0. */
  readonly elapsedMs: number;
  /** Milliseconds until the end, at this rate, from 0; undefined without `total`, and while the rate is 0. */
  readonly etaMs: number | undefined;
}
