import { sentError } from './itemError.ts';
import type { Job, Settlements } from './pool.ts';
import type { Settled } from './protocol.ts';

/**
 * What a message of a worker settles of a job.
 *
 * @param first - The position of the batch's first item in the job.
 * @param position - The first position that has not settled. The generator of an item may have gone on after the item has failed.
 * @param unreadReason - Why results that came could not be read.
 */
export function settlementsOf(
  job: Job<unknown>,
  first: number,
  position: number,
  event: Settled,
  unreadReason: unknown,
): Settlements<unknown> {
  const stale = Math.max(0, position - first - event.from);
  const from = first + event.from + stale;
  const yields = stale > event.values.length ? undefined : event.yields;
  const errors = event.errors
    ?.filter(({ at }) => at >= stale)
    .map((error) => {
      const at = error.at - stale;
      return [at, sentError(job, from + at, error, unreadReason)] as const;
    });

  return {
    from,
    values: stale === 0 ? event.values : event.values.slice(stale),
    ...(errors === undefined ? {} : { errors }),
    ...(yields === undefined ? {} : { yields }),
  };
}
