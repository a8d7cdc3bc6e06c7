import { defer, ReplaySubject, type Observable } from 'rxjs';
import { afterMicrotasks } from '../../platform/time/afterMicrotasks.ts';
import { inContext } from '../../util/rx/inContext.ts';

/**
 * Work that has been started, and goes on with or without subscribers. Each subscriber gets all results, also those from
 * before its subscription.
 *
 * @example Wait for the result, but no longer than a minute
 * ```ts
 * const answer = startThread$(deepThought, question);
 * setTimeout(() => answer.cancel(), 60_000);
 *
 * await lastValueFrom(answer, { defaultValue: undefined });
 * console.log(answer.result ?? 'cancelled');
 * ```
 *
 * @typeParam T - One result.
 * @see {@link startThread$}, {@link startProc$} and {@link bgTask}, which start it.
 */
export interface Started<T> extends Observable<T> {
  /** The last result so far; undefined before the first. */
  readonly result: T | undefined;
  /** Whether the work has ended: by a result, by an error, or by `cancel`. */
  readonly settled: boolean;
  /**
   * Stops the work, and ends its worker, if it has one. Subscribers get the results so far, then the completion. Has no
   * effect if the work has ended.
   */
  cancel(): void;
}

/**
 * Starts work at once. Each subscriber gets all results, also those from before its subscription.
 *
 * @param work$ - The work.
 * @param failed - Is called with a failure, and with whether there is a subscriber: at once if there is one, else after the
 *   microtasks of the event-loop turn in which the work fails.
 * @param onError - Is called with a failure at once.
 */
export function start<T>(
  work$: Observable<T>,
  failed: (error: unknown, hasSubscriber: boolean) => void,
  onError: (error: unknown) => void = () => undefined,
): Started<T> {
  const results$ = new ReplaySubject<T>(Infinity);
  let result: T | undefined;
  let settled = false;
  let hasSubscriber = false;
  const end = (): void => {
    settled = true;
    results$.complete();
  };

  const running = work$.pipe(inContext()).subscribe({
    next: (value) => {
      result = value;
      results$.next(value);
    },
    error: (error: unknown) => {
      settled = true;
      results$.error(error);
      onError(error);
      // As Node does with rejections: a caller that has just been given this may subscribe, now or after an `await`.
      const tell = (): void => {
        failed(error, hasSubscriber);
      };
      if (hasSubscriber) tell();
      else afterMicrotasks(tell);
    },
    complete: end,
  });
  const all$ = defer(() => {
    hasSubscriber = true;
    return results$.pipe(inContext());
  });

  return Object.defineProperties(all$, {
    result: { get: () => result, enumerable: true },
    settled: { get: () => settled, enumerable: true },
    cancel: {
      value: () => {
        running.unsubscribe();
        end();
      },
    },
  }) as Started<T>;
}
