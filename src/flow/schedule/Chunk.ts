import type { ParallelError } from '../../tasks/errors/errors.ts';
import type { Partition } from './Partition.ts';

/** Items for one job. */
export interface Chunk<In> {
  /** The index of the first. */
  readonly first: number;
  /** The index of each, in ascending order, where they are not consecutive. */
  readonly indices?: readonly number[] | undefined;
  readonly items: readonly In[];
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** How many of the tries before have ended with the death of the worker. */
  readonly crashes: number;
  /** What the one item has failed with, and is not to be run for. */
  readonly failed?: ParallelError;
  /** The key of each item, which it holds until it has settled, or has been put back. */
  readonly partitions?: readonly Partition<In>[] | undefined;
}
