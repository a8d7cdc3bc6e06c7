/** The clock of an engine: that of this process, or that of a test. */
export interface Clock {
  /** Milliseconds, from any start; never goes back. */
  readonly now: () => number;
  /** Calls once after so many milliseconds. @returns What cancels it. */
  readonly after: (ms: number, call: () => void) => () => void;
}
