import {
  BehaviorSubject,
  filter,
  identity,
  ignoreElements,
  merge,
  mergeMap,
  noop,
  Observable,
  Subject,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { aborted$ } from '../util/rx/aborted.ts';
import { abortReason } from '../util/abortReason.ts';
import { captureContext } from '../platform/context/asyncContext.ts';
import { inContext } from '../util/rx/inContext.ts';
import { startGate$ } from '../util/rx/startGate.ts';
import { byIndex } from './byIndex.ts';
import { chunking } from './schedule/chunking.ts';
import { ProgressTracker } from './progress/ProgressTracker.ts';
import { Delivery } from './Delivery.ts';
import type { Chunk } from './schedule/Chunk.ts';
import { Scheduler } from './schedule/Scheduler.ts';
import type { Items } from './source/Items.ts';
import type { Plan } from './Plan.ts';
import { work$ } from './schedule/work.ts';

/**
 * Runs the items of a source: numbers them, cuts chunks on demand, runs them on a pool, `workers` at a time, and delivers
 * their results. A delivery makes room for others when it is `done`.
 *
 * A chunk is cut when a worker is free, and never before, so that an endless source needs bounded memory: the demand is
 * `workers` credits at the start, and one more for each completed run. So no chunk ever waits in `mergeMap`.
 *
 * Everything happens in the async context of the subscription, whatever causes it: the source, a worker, a timer, or
 * another run on the same pool.
 *
 * @param items - The source, subscribed to or iterated once per subscription.
 * @param plan - The options, checked.
 */
export function flow$<In, Out>(items: Items<In>, plan: Plan<In>): Observable<Delivery<Out>> {
  return new Observable<Delivery<Out>>((subscriber) => {
    const { ordered, report, signal } = plan;
    const { closed$, size$ } = plan.pool;
    if (signal?.aborted === true) {
      subscriber.error(abortReason(signal));
      return;
    }
    const runInContext = captureContext();
    const chunks = chunking(plan.chunkSize, () => plan.pool.chunkMs, plan.workers);
    const gate$ = startGate$(plan.pauseMs, plan.scheduler);
    const failedAt$ = new BehaviorSubject(Infinity);
    const ended$ = new Subject<void>();
    const scheduler = new Scheduler(items, plan, chunks, runInContext);

    const shared = { plan, scheduler, chunks, gate$, ended$, runInContext };
    const run$ = (chunk: Chunk<In>): Observable<Delivery<Out>> => {
      const deliveries$ = work$<In, Out>(chunk, shared);
      if (!ordered) return deliveries$;
      return deliveries$.pipe(
        takeWhile(({ failure }) => failure === undefined, true),
        takeUntil(failedAt$.pipe(filter((index) => index < chunk.first))),
      );
    };

    const tracker = report === undefined ? undefined : new ProgressTracker(report, plan);
    const deliveries$ = merge(
      scheduler.failed$.pipe(mergeMap(run$)),
      scheduler.chunk$.pipe(mergeMap(run$, size$ === undefined ? plan.workers : Infinity)),
    ).pipe(
      inContext(runInContext),
      filter<Delivery<Out>>(holdsAnything),
      tracker === undefined ? identity : tap<Delivery<Out>>(tracker.settled),
      // With `ordered`, a failure waits for earlier items, and cancels later ones.
      ordered
        ? tap(({ failure, first, values }) => {
            if (failure !== undefined) failedAt$.next(Math.min(first + values.length, failedAt$.value));
          })
        : identity,
      ordered ? byIndex() : identity,
      tracker === undefined ? identity : tap<Delivery<Out>>(tracker.ending),
    );
    const arrivals$ = scheduler.source.arrivals$.pipe(
      inContext(runInContext),
      tap({ next: scheduler.arrived, complete: scheduler.poke }),
      ignoreElements(),
      takeUntil(merge(ended$, failedAt$.pipe(filter((index) => index < Infinity)))),
    );

    // The source is closed first, then the rest. The subscription to the runs must exist before the first item arrives.
    subscriber.add(() => {
      runInContext(() => {
        scheduler.stop();
        ended$.next();
        scheduler.source.close();
      });
    });
    merge(deliveries$, arrivals$)
      .pipe(
        signal === undefined ? identity : takeUntil(aborted$(signal).pipe(inContext(runInContext))),
        closed$ === undefined ? identity : takeUntil(closed$.pipe(inContext(runInContext))),
      )
      .subscribe(subscriber);
    const resize = (size: number): void => {
      scheduler.resize(Math.min(plan.maxWorkers ?? Infinity, size));
    };
    if (size$ !== undefined && !subscriber.closed)
      subscriber.add(size$.pipe(inContext(runInContext)).subscribe({ next: resize, error: noop }));
  });
}

/** The last message of a job may say no more than how long it took. */
function holdsAnything({ values, count, failure }: Delivery<unknown>): boolean {
  return count > 0 || values.length > 0 || failure !== undefined;
}
