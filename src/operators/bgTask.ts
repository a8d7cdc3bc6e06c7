import { defer, from, isObservable, of, type Observable } from 'rxjs';
import { isPromiseLike } from '../tasks/isIterator.ts';
import { checkFunction } from '../util/check.ts';
import { start, type Started } from './own-worker/Started.ts';

/**
 * Work for {@link bgTask}.
 *
 * @typeParam Out - One result; an Observable gives several.
 */
export type Work<Out> = PromiseLike<Out> | Observable<Out> | (() => Out | PromiseLike<Out> | Observable<Out>);

/**
 * Lets work go on in the background, in this thread, and sees to it that a failure is heard of: fire, and do not forget.
 *
 * ```text
 * work    -a-b-|      an Observable; subscribed to by the call
 * result  -a-b-|
 * ```
 *
 * - **emits** the result, also to later subscribers; all values of an Observable
 * - **queues** the results, to give them to later subscribers
 * - **completes** when the work does
 * - **errors** as the work does, unwrapped; with what the function throws
 * - **on unsubscribe** goes on; `cancel` leaves an Observable, while a promise goes on and is not heard of
 *
 * @example Send what nobody waits for
 * ```ts
 * bgTask(sendStatistics());
 * ```
 *
 * @param work - A promise, an Observable (which is subscribed to), or a function (which is called).
 * @param onError - Gets the failure at once, whether or not anybody has subscribed. Without it, a failure that nobody has
 *   subscribed to by the end of the turn in which it comes is printed with `console.error`.
 * @throws TypeError at the call if `onError` is no function.
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
