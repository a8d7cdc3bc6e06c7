import { Observable } from 'rxjs';
import { LONGEST_TIMER_MS } from '../../platform/time/longestTimerMs.ts';
import { clearTimeout, setTimeout } from '../../platform/time/timers.ts';

/**
 * Emits after some milliseconds of real time, whatever has become of the global timers: for times that are a pool's own.
 */
export function realTimer$(ms: number): Observable<0> {
  return new Observable((subscriber) => {
    const timer = setTimeout(
      () => {
        subscriber.next(0);
        subscriber.complete();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
    return () => {
      clearTimeout(timer);
    };
  });
}
