import {
  BehaviorSubject,
  combineLatest,
  concatMap,
  exhaustMap,
  filter,
  fromEvent,
  identity,
  ignoreElements,
  map,
  merge,
  mergeMap,
  Observable,
  Subject,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import type { Job } from '../pools/pool.ts';
import { startGate$ } from '../util/startGate.ts';
import { byIndex } from './byIndex.ts';
import { chunking } from './chunking.ts';
import { counting } from './counting.ts';
import type { Delivery } from './Delivery.ts';
import { demand, type Chunk } from './demand.ts';
import type { Items } from './intake.ts';
import type { Plan } from './Plan.ts';
import { settle, type Span } from './settle.ts';

/**
 * The path of an item: numbers the items of a source, cuts chunks on demand, runs them on a pool, `workers` at a time, and
 * delivers what comes of them. A delivery makes room for others when it is `done`.
 *
 * A chunk is cut when a worker is free, and never before, so that an endless source needs bounded memory: the demand is
 * `workers` credits at the start, and one more for each completed run.
 *
 * @param items - The source, subscribed to or iterated once per subscription.
 * @param plan - The options, checked.
 */
export function flow$<In, Out>(items: Items<In>, plan: Plan<In>): Observable<Delivery<Out>> {
  return new Observable<Delivery<Out>>((subscriber) => {
    const { ordered, onError, report, signal } = plan;
    const chunks = chunking(plan.chunkSize);
    const gate$ = startGate$(plan.pauseMs, plan.scheduler);
    const failedAt$ = new BehaviorSubject(Infinity);
    const reached$ = new BehaviorSubject(0);
    const ended$ = new Subject<void>();
    const { source, wake$, cut, release } = demand(items, plan, chunks, () => failedAt$.value < Infinity);

    const run$ = ({ first, items }: Chunk<In>): Observable<Span> => {
      let openIndex = first;
      const job: Job<In> = {
        task: plan.task,
        args: plan.args,
        items: items.map((item, at) => ({ index: first + at, item, attempt: 1 })),
        timeout: plan.timeoutMs,
        transfer: plan.transfer,
        gate$,
        flowing$: combineLatest([plan.wanted$, reached$]).pipe(
          map(([wanted, reached]) => wanted && (!ordered || reached === openIndex)),
        ),
        ended$,
        scheduler: plan.scheduler,
      };

      return plan.pool.run$<In, Out>(job).pipe(
        tap({
          next: ({ from, values, yields, tookMs }) => {
            if (yields !== undefined) openIndex = first + from + values.length;
            if (tookMs !== undefined) chunks.observe(items.length, tookMs);
          },
          complete: () => {
            release({ credits: 1 });
          },
        }),
        concatMap((message) => settle(job, message, onError)),
        tap(({ failure, first: at }) => {
          if (failure !== undefined) failedAt$.next(Math.min(at, failedAt$.value));
        }),
        takeUntil(failedAt$.pipe(filter((index) => ordered && index < first))),
      );
    };

    const deliveries$ = wake$.pipe(
      exhaustMap(cut),
      mergeMap(run$),
      report === undefined ? identity : counting(report, plan),
      ordered
        ? byIndex((index) => {
            reached$.next(index);
          })
        : identity,
      map(
        (span) =>
          ({
            ...span,
            done: () => {
              release({ items: span.count });
            },
          }) as Delivery<Out>,
      ),
    );
    const wake = (): void => {
      wake$.next();
    };
    const arrivals$ = source.arrivals$.pipe(
      tap({ next: wake, complete: wake }),
      ignoreElements(),
      takeUntil(merge(ended$, failedAt$.pipe(filter((index) => index < Infinity)))),
    );

    // The source is left first, then the rest is torn down; and what runs must listen before the first item comes.
    subscriber.add(() => {
      ended$.next();
      source.leave();
    });
    merge(deliveries$, arrivals$)
      .pipe(signal === undefined ? identity : takeUntil(aborted$(signal)))
      .subscribe(subscriber);
  });
}

/** Fails with the signal's reason as soon as it is aborted. */
function aborted$(signal: AbortSignal): Observable<never> {
  const reason$ = throwError(() => signal.reason as unknown);
  return signal.aborted ? reason$ : fromEvent(signal, 'abort').pipe(mergeMap(() => reason$));
}
