import { mergeMap, race, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import { realTimer$ } from './realTimer.ts';

/** Fails where the first value takes longer than some milliseconds of real time. */
export function inRealTime<T>(ms: number, error: () => unknown): MonoTypeOperatorFunction<T> {
  return (source$) => race(source$, realTimer$(ms).pipe(mergeMap(() => throwError(error))));
}
