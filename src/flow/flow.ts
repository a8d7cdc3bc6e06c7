import {
  AsyncSubject,
  BehaviorSubject,
  combineLatest,
  defer,
  distinctUntilChanged,
  filter,
  finalize,
  identity,
  ignoreElements,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  Subject,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import type { Job, Settlements } from '../pools/pool.ts';
import { aborted$ } from '../util/aborted.ts';
import { startGate$ } from '../util/startGate.ts';
import { byIndex } from './byIndex.ts';
import { chunking } from './chunking.ts';
import { Counting } from './Counting.ts';
import { Delivery } from './Delivery.ts';
import { Demand, type Chunk } from './demand.ts';
import type { Items } from './intake.ts';
import type { Plan } from './Plan.ts';
import { Retries } from './Retries.ts';
import { settle } from './settle.ts';

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
    if (signal?.aborted === true) {
      subscriber.error(signal.reason);
      return;
    }
    const chunks = chunking(plan.chunkSize);
    const gate$ = startGate$(plan.pauseMs, plan.scheduler);
    const failedAt$ = new BehaviorSubject(Infinity);
    const ended$ = new Subject<void>();
    const demand = new Demand(items, plan, chunks);
    const { release, free } = demand;
    const retries = new Retries<In>(plan, () => {
      demand.fails();
    });

    const run$ = (chunk: Chunk<In>): Observable<Delivery<Out>> => {
      const { first, items, attempt, failed } = chunk;
      let leave = chunk.leave;
      let over$: AsyncSubject<undefined> | undefined;
      /** The position of a generator that has yielded. */
      let yielded: number | undefined;
      let idle$: BehaviorSubject<boolean> | undefined;
      /** Whether all that a generator of this job has yielded so far has gone out. */
      const yielded$ = (): BehaviorSubject<boolean> => (idle$ ??= new BehaviorSubject(true));
      const job: Job<In> = {
        task: plan.task,
        args: plan.args,
        first,
        items,
        attempt,
        timeout: plan.timeoutMs,
        transfer: plan.transfer,
        gate$,
        flowing$: defer(() =>
          // A generator must not keep its worker, waiting for its turn, from an item before it that was held back.
          combineLatest([plan.wanted$, yielded$(), demand.starved$]).pipe(
            map(([wanted, idle, starved]) => wanted && (idle || starved)),
            distinctUntilChanged(),
          ),
        ),
        ended$,
        scheduler: plan.scheduler,
      };
      const deliver = (message: Settlements<Out>): Delivery<Out> => {
        const span = settle(first, message, onError);
        if (span.failure !== undefined) demand.stop(span.first + span.values.length);
        // A processor's results are bounded by its batch: in order, later batches need not wait for those before them.
        if (message.yields === undefined || plan.task.style === 'processor') return new Delivery(span, release);
        yielded$().next(false);
        return new Delivery(span, (count) => {
          release(count);
          yielded$().next(true);
        });
      };

      const observe = ({ tookMs, sentMs }: Settlements<Out>): void => {
        if (tookMs !== undefined) chunks.observe(items.length, tookMs, sentMs);
      };
      const takeFailing = (message: Settlements<Out>): readonly Settlements<Out>[] => {
        const kept = retries.take(message, chunk, yielded, (over$ ??= new AsyncSubject()));
        if (kept[0] !== message) leave = undefined;
        if (message.yields !== undefined) yielded = message.from + message.values.length;
        return kept;
      };
      const done = (): void => {
        leave?.();
        // What may be tried again now goes before what else waits for the worker.
        over$?.next(undefined);
        over$?.complete();
        free();
      };

      const settlements$: Observable<Settlements<Out>> =
        failed === undefined
          ? plan.pool.run$<In, Out>(job).pipe(
              // A worker that is not wanted any more is free as well: an item before that may be tried again.
              tap({ next: observe, complete: done, unsubscribe: done }),
              retries.possible ? mergeMap(takeFailing) : identity,
            )
          : of({ from: 0, values: [undefined as never], errors: [[0, failed] as const] }).pipe(
              finalize(() => leave?.()),
            );
      return settlements$.pipe(
        map(deliver),
        ordered ? takeWhile(({ failure }) => failure === undefined, true) : identity,
        ordered ? takeUntil(failedAt$.pipe(filter((index) => index < first))) : identity,
      );
    };

    const counting = report === undefined ? undefined : new Counting(report, plan);
    const deliveries$ = demand.chunk$.pipe(
      tap({
        complete: () => {
          retries.end();
        },
      }),
      mergeMap(run$),
      counting === undefined ? identity : tap<Delivery<Out>>(counting.settled),
      // With `ordered` a failure waits for those before it, and ends what comes after it.
      ordered
        ? tap(({ failure, first, values }) => {
            if (failure !== undefined) failedAt$.next(Math.min(first + values.length, failedAt$.value));
          })
        : identity,
      ordered ? byIndex() : identity,
      counting === undefined ? identity : tap<Delivery<Out>>(counting.ending),
    );
    const arrivals$ = demand.source.arrivals$.pipe(
      tap({ next: demand.wake, complete: demand.wake }),
      ignoreElements(),
      takeUntil(merge(ended$, failedAt$.pipe(filter((index) => index < Infinity)))),
    );

    const again$ = retries.due$.pipe(tap(demand.again), ignoreElements());

    // The source is left first, then the rest is torn down; and what runs must listen before the first item comes.
    subscriber.add(() => {
      demand.stop();
      ended$.next();
      demand.source.leave();
    });
    const { closed$ } = plan.pool;
    merge(again$, deliveries$, arrivals$)
      .pipe(
        signal === undefined ? identity : takeUntil(aborted$(signal)),
        closed$ === undefined ? identity : takeUntil(closed$),
      )
      .subscribe(subscriber);
  });
}
