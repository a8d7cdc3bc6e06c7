import { defer, of, timer, type Observable, type SchedulerLike } from 'rxjs';

/** A gate through which everybody goes at once. */
export const OPEN_GATE$: Observable<unknown> = of(0);

/**
 * Spaces starts: each subscription waits until `pauseMs` after the start before it, the first goes at once.
 *
 * @param pauseMs - Milliseconds at least between two starts; 0 costs no timer.
 * @param scheduler - The clock.
 */
export function startGate$(pauseMs: number, scheduler: SchedulerLike): Observable<unknown> {
  if (pauseMs === 0) return OPEN_GATE$;
  let nextStartAtMs = -Infinity;

  return defer(() => {
    const nowMs = scheduler.now();
    const startAtMs = Math.max(nowMs, nextStartAtMs);
    nextStartAtMs = startAtMs + pauseMs;
    return startAtMs > nowMs ? timer(startAtMs - nowMs, scheduler) : of(0);
  });
}
