import { defer, ReplaySubject, type Observable } from 'rxjs';
import { afterMicrotasks } from '../../platform/afterMicrotasks.ts';
import { inContext } from '../../util/rx/inContext.ts';

/**
 * Work that has been started, and goes on whether or not anybody is subscribed. A subscriber, now or later, gets all its
 * results.
 *
 * @example Look at the result once it is there, and give up after a minute
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
  /** Whether it has ended: with a result, with an error, or since it was cancelled. */
  readonly settled: boolean;
  /**
   * Stops it, and ends its worker, where it has one. Subscribers see it complete, after the results so far. Does
   * nothing where it has ended.
   */
  cancel(): void;
}

/**
 * Starts work at once. A subscriber, now or later, gets all its results.
 *
 * @param work$ - The work.
 * @param failed - Is told of a failure, and whether anybody has subscribed: at once if so, else when the microtasks of the
 *   turn in which it has come are done.
 * @param onError - Is told of a failure at once.
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
