import { defer, from, isObservable, of, type Observable } from 'rxjs';
import { isPromiseLike } from '../tasks/isIterator.ts';
import { checkFunction } from '../util/check.ts';
import { start, type Started } from './own-worker/Started.ts';

/**
 * The work of {@link bgTask}: a promise, an Observable, or a function that gives one of these or a value.
 *
 * @typeParam Out - One result; an Observable gives several.
 */
export type Work<Out> = PromiseLike<Out> | Observable<Out> | (() => Out | PromiseLike<Out> | Observable<Out>);

/**
 * Starts work in the background, in this thread. A failure that nothing handles is printed instead of lost.
 *
 * ```text
 * work    -a-b-|      an Observable; subscribed to by the call
 * result  -a-b-|
 * ```
 *
 * - **emits** the result, or all values of an Observable, also to later subscribers
 * - **queues** all results, for later subscribers
 * - **completes** when the work completes
 * - **errors** with the error of the work, or the one that the function throws, as it is
 * - **on unsubscribe** goes on. `cancel` unsubscribes from an Observable; a promise goes on, and its result is dropped
 *
 * @example Send statistics without waiting for the answer
 * ```ts
 * bgTask(sendStatistics());
 * ```
 *
 * @param work - A promise, an Observable (which is subscribed to), or a function (which is called).
 * @param onError - Gets the failure at once, with or without subscribers. If it is omitted, and there is no subscriber by
 *   the end of the event-loop turn in which the work fails, the failure is printed with `console.error`.
 * @throws TypeError at the call if `onError` is not a function.
 * @see {@link startThread$} for work that would block this thread.
 */
export function bgTask<Out>(work: Work<Out>, onError?: (error: unknown) => void): Started<Out> {
  if (onError !== undefined) checkFunction('onError', onError);

  const work$ = defer(() => valueOf$(typeof work === 'function' ? work() : work));
  return start(
    work$,
    (error, hasSubscriber) => {
      if (!hasSubscriber && onError === undefined) console.error(error);
    },
    onError,
  );
}

function valueOf$<Out>(work: Out | PromiseLike<Out> | Observable<Out>): Observable<Out> {
  if (isObservable(work)) return work;
  return isPromiseLike(work) ? from(work) : of(work);
}
