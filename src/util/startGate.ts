import { defer, of, timer, type Observable, type SchedulerLike } from 'rxjs';

/**
 * Spaces starts: each subscription waits until `pauseMs` after the start before it, the first goes at once.
 *
 * @param pauseMs - Milliseconds at least between two starts; 0 costs no timer.
 * @param scheduler - The clock.
 */
export function startGate$(pauseMs: number, scheduler: SchedulerLike): Observable<unknown> {
  if (pauseMs === 0) return of(0);
  let nextStartAtMs = -Infinity;

  return defer(() => {
    const nowMs = scheduler.now();
    const startAtMs = Math.max(nowMs, nextStartAtMs);
    nextStartAtMs = startAtMs + pauseMs;
    return startAtMs > nowMs ? timer(startAtMs - nowMs, scheduler) : of(0);
  });
}
