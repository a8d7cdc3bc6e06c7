import { Observable } from 'rxjs';
import { clearTimeout, setTimeout } from '../../platform/time/timers.ts';

/**
 * Emits after some milliseconds of real time, whatever has become of the global timers: for times that are a pool's own.
 */
export function realTimer$(ms: number): Observable<0> {
  return new Observable((subscriber) => {
    const timer = setTimeout(() => {
      subscriber.next(0);
      subscriber.complete();
    }, ms);
    return () => {
      clearTimeout(timer);
    };
  });
}
