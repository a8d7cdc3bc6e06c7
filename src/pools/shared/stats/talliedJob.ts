import { defer, finalize, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { Settlements } from '../../pool.ts';
import type { JobTally } from './JobTally.ts';

/**
 * Counts a job that has got a worker, until its end.
 *
 * @param askedMs - When it began to wait, by the clock `now`.
 */
export function talliedJob<T extends Settlements<unknown>>(
  tally: JobTally,
  askedMs: number,
  now: () => number,
): MonoTypeOperatorFunction<T> {
  return (run$) =>
    defer(() => {
      const begunMs = now();
      tally.begin(begunMs - askedMs, begunMs);
      return run$.pipe(
        tap((settlements) => {
          tally.add(settlements);
        }),
        finalize(() => {
          tally.end(begunMs, now());
        }),
      );
    });
}
