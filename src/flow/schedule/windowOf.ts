import type { Plan } from '../Plan.ts';

/** How many items may be inside where nobody says so: at least these, and enough for each worker to go on. */
const MIN_WINDOW = 64;
const CHUNKS_PER_WORKER = 8;

/**
 * Most items taken from the source and not yet emitted.
 *
 * @param plan - The options of the run.
 * @param limit - Most items of a chunk.
 * @param isPulled - Whether items are taken from the source when they are handed out: others are there anyway.
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
