import { defer, ReplaySubject, type Observable } from 'rxjs';

/**
 * Work that has been started, and goes on whether or not anybody is subscribed.
 *
 * @typeParam T - One result.
 */
export interface Started<T> extends Observable<T> {
  /** The last result so far. */
  readonly result: T | undefined;
  /** Whether it has ended: with a result, with an error, or since it was cancelled. */
  readonly settled: boolean;
  /** Stops it. Who is subscribed sees it complete. */
  cancel(): void;
}

/**
 * Starts work at once. Who subscribes, now or later, gets all its results.
 *
 * @param work$ - What to do.
 * @param failed - Is told of a failure, and whether anybody had subscribed by then.
 */
export function start<T>(work$: Observable<T>, failed: (error: unknown, heard: boolean) => void): Started<T> {
  const results$ = new ReplaySubject<T>(Infinity);
  let result: T | undefined;
  let settled = false;
  let heard = false;
  const end = (): void => {
    settled = true;
    results$.complete();
  };

  const running = work$.subscribe({
    next: (value) => {
      result = value;
      results$.next(value);
    },
    error: (error: unknown) => {
      settled = true;
      results$.error(error);
      failed(error, heard);
    },
    complete: end,
  });
  const all$ = defer(() => {
    heard = true;
    return results$;
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
