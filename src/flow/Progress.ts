/** How far a run has come. Counts items, not yields. */
export interface Progress {
  /** Items that have settled, failed ones included. */
  readonly done: number;
  /** Items that were skipped or returned as errors. */
  readonly failed: number;
  /** All items; undefined while unknown. */
  readonly total: number | undefined;
  /** Items per second since the start. */
  readonly perSecond: number;
  /** Milliseconds since the start. */
  readonly elapsedMs: number;
  /** Milliseconds until the end, at this rate; undefined while unknown. */
  readonly etaMs: number | undefined;
}
