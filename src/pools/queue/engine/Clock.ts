/** The clock of an engine: the clock of this process, or of a test. */
export interface Clock {
  /** The time since an arbitrary start, in milliseconds. It never decreases. */
  readonly now: () => number;
  /** Calls once, after `ms` milliseconds. @returns a function that cancels the call. */
  readonly after: (ms: number, call: () => void) => () => void;
}
