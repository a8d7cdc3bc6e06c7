import type { ParallelError } from '../tasks/errors.ts';

/** Results that are ready to go out, in columns. */
export interface Delivery<Out> {
  /** The index of the first; the others follow it one by one, unless `indices` says otherwise. */
  readonly first: number;
  readonly indices?: readonly number[];
  readonly values: readonly Out[];
  /** How many items it settles: 0 while a generator goes on. */
  readonly count: number;
  /** Whether the values are yields of the generator at `first`. */
  readonly yielded?: boolean;
  /** What ends the run here. */
  readonly failure?: ParallelError;
  /** Says that the results have gone out, which makes room for others. */
  readonly done: () => void;
}
