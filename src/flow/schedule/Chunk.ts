import type { ParallelError } from '../../tasks/errors/errors.ts';

/** Consecutive items for one job. */
export interface Chunk<In> {
  /** The index of the first. */
  readonly first: number;
  readonly items: readonly In[];
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** How many of the tries before have ended with the death of the worker. */
  readonly crashes: number;
  /** What the one item has failed with, and is not to be run for. */
  readonly failed?: ParallelError;
  /** To be called when the items have settled: the next item of the key may go. */
  readonly releaseKey?: () => void;
}
