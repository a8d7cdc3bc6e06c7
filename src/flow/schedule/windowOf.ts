import type { Plan } from '../Plan.ts';

/** The minimum of the default window. The window is larger if the workers need more items to stay busy. */
const MIN_WINDOW = 64;
const CHUNKS_PER_WORKER = 8;

/**
 * The maximum number of items that are taken from the source and not yet emitted.
 *
 * @param plan - The options of the run.
 * @param limit - The maximum number of items of a chunk.
 * @param isPulled - Whether the source is pulled: the items of other sources are in memory anyway.
 */
export function windowOf(
  {
    bufferSize,
    ordered,
    partitionBy,
    workers,
  }: Pick<Plan<never>, 'bufferSize' | 'ordered' | 'partitionBy' | 'workers'>,
  limit: number,
  isPulled: boolean,
): number {
  if (bufferSize !== undefined) return bufferSize;
  const enough = Math.max(MIN_WINDOW, CHUNKS_PER_WORKER * workers * limit);
  return (ordered || partitionBy !== undefined) && !isPulled ? Infinity : enough;
}
