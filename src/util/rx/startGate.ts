import { Observable, of, Subscription, tap, timer, type SchedulerLike, type Subscriber } from 'rxjs';
import { clockOf } from './clockOf.ts';
import { WaitQueue } from '../collections/WaitQueue.ts';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { inContext } from './inContext.ts';

/** A gate through which everybody goes at once. */
export const OPEN_GATE$: Observable<unknown> = of(0);

/**
 * Spaces starts: a subscription waits until `pauseMs` after the start before it, in line, and the first goes at once. A
 * subscription that has passed has no place in the line.
 *
 * @param pauseMs - Milliseconds at least between two starts; 0 costs no timer.
 * @param scheduler - The clock.
 */
export function startGate$(pauseMs: number, scheduler: SchedulerLike): Observable<unknown> {
  if (pauseMs === 0) return OPEN_GATE$;
  const clock = clockOf(scheduler);
  const line = new WaitQueue<Subscriber<unknown>>();
  let opensAtMs = -Infinity;
  let waiting = Subscription.EMPTY;

  const gate$ = new Observable<unknown>((subscriber) => {
    const cancelWaiting = line.add(subscriber);
    if (line.size === 1) wait();
    return () => {
      cancelWaiting();
      if (line.size === 0) waiting.unsubscribe();
    };
  });
  // One timer opens it for all that are in line.
  return gate$.pipe(inContext());

  function wait(): void {
    const leftMs = opensAtMs - clock();
    if (leftMs > 0) waiting = runInRootContext(() => timer(leftMs, scheduler).pipe(tap(open)).subscribe());
    else open();
  }

  function open(): void {
    const first = line.take();
    if (first === undefined) return;
    opensAtMs = clock() + pauseMs;
    if (line.size > 0) wait();
    first.next(0);
    first.complete();
  }
}
