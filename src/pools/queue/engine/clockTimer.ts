import { Observable } from 'rxjs';
import type { Clock } from './Clock.ts';

/** Emits after `ms` milliseconds of a clock. */
export function clockTimer$(clock: Clock, ms: number): Observable<0> {
  return new Observable((subscriber) =>
    clock.after(ms, () => {
      subscriber.next(0);
      subscriber.complete();
    }),
  );
}
