import {
  catchError,
  concat,
  concatMap,
  EMPTY,
  exhaustMap,
  filter,
  firstValueFrom,
  from,
  identity,
  map,
  Observable,
  of,
  pipe,
  race,
  range,
  repeat,
  take,
  takeWhile,
  tap,
  throwError,
  timeout,
  type MonoTypeOperatorFunction,
  type Subscriber,
} from 'rxjs';
import { realTimer$ } from '../../util/rx/realTimer.ts';
import { clone } from '../../platform/clone.ts';
import type { Callable } from '../../tasks/callable.ts';
import { runAsTask } from '../../tasks/currentTask.ts';
import { TaskLoadError, type ParallelError } from '../../tasks/errors/errors.ts';
import { isIterator, isPromiseLike } from '../../tasks/isIterator.ts';
import { inContext } from '../../util/rx/inContext.ts';
import { checkStep } from '../../util/checkStep.ts';
import { jobAtOpen } from '../../util/rx/jobGate.ts';
import type { PoolLifecycle } from '../shared/PoolLifecycle.ts';
import { taskError, timeoutError } from '../shared/itemErrors.ts';
import { LocalTask } from './LocalTask.ts';
import { TaskBinding } from './TaskBinding.ts';
import type { Job, Settlements } from '../pool.ts';

/** A slot of this thread. */
export class LocalSlot extends TaskBinding {
  /** Resolves when a task that was told to stop has stopped, or has had its time; undefined where there is none. */
  leftover: Promise<void> | undefined;
  private readonly graceMs: number;

  /**
   * @param graceMs - How long a task that was told to stop keeps its slot, since nothing here can end it.
   * @param handOver - How values are handed over.
   */
  constructor(graceMs: number, handOver: <T>(value: T) => T) {
    super(handOver);
    this.graceMs = graceMs;
  }

  /** Keeps the slot for a task that was told to stop. */
  keep(pending: Promise<unknown>): void {
    this.leftover ??= firstValueFrom(race<unknown[]>(from(pending), realTimer$(this.graceMs)), {
      defaultValue: 0,
    }).then(() => {
      this.leftover = undefined;
    });
  }
}

/** One job in a slot of this thread. */
export class LocalRun {
  private readonly slot: LocalSlot;
  private readonly job: Job<unknown>;
  private readonly loaded: unknown;
  private readonly lifecycle: PoolLifecycle;
  private readonly release: () => void;
  private call: Callable | undefined;
  /** The running task. */
  private current: LocalTask | undefined;
  /** Whether it is on the stack. */
  private calling = false;
  private cancelled = false;
  private isReleased = false;
  /** The error of the item that ran too long. */
  private timedOut: ParallelError | undefined;

  /**
   * @param loaded - The function or class of the job's task.
   * @param release - Is called once, when the slot is free again.
   */
  constructor(slot: LocalSlot, job: Job<unknown>, loaded: unknown, lifecycle: PoolLifecycle, release: () => void) {
    this.slot = slot;
    this.job = job;
    this.loaded = loaded;
    this.lifecycle = lifecycle;
    this.release = release;
  }

  /** Calls the task with item after item. To be subscribed to once. */
  run$(): Observable<Settlements<unknown>> {
    const { gate$ } = this.job;
    // An open gate is passed without a subscription, which would cost more than a small task.
    const waiting = jobAtOpen(gate$);
    const { cancel } = this;
    const run$ = new Observable<Settlements<unknown>>((subscriber) => {
      waiting?.placed();
      if (waiting?.admits() === false) subscriber.add(cancel);
      else this.start(subscriber);
    });
    return waiting === undefined
      ? gate$.pipe(
          take(1),
          concatMap(() => run$),
          tap({ unsubscribe: cancel }),
        )
      : run$;
  }

  /** Goes on in a plain loop as long as items settle at once, since a chain of operators would cost more than a small task. */
  private start(subscriber: Subscriber<Settlements<unknown>>): void {
    const { length } = this.job.items;
    const { cancel } = this;
    subscriber.add(cancel);
    for (let position = 0; position < length; position += 1) {
      const settlements$ = this.item$(position);
      if (settlements$ instanceof Observable) {
        const rest$ = range(position + 1, length - position - 1).pipe(concatMap((other) => this.later$(other)));
        subscriber.remove(cancel);
        concat(settlements$, rest$)
          .pipe(tap({ complete: this.free, error: this.free, unsubscribe: this.cancel }))
          .subscribe(subscriber);
        return;
      }
      subscriber.next(settlements$);
      if (subscriber.closed) return;
    }
    this.free();
    subscriber.complete();
  }

  private later$(position: number): Observable<Settlements<unknown>> {
    const settlements$ = this.item$(position);
    return settlements$ instanceof Observable ? settlements$ : of(settlements$);
  }

  /** The settlement of an item, if that is known at once. */
  private item$(position: number): Settlements<unknown> | Observable<Settlements<unknown>> {
    if (this.slot.leftover !== undefined) return from(this.slot.leftover).pipe(concatMap(() => this.later$(position)));
    if (this.lifecycle.begun) return this.lifecycle.refused$;

    const { first, items, attempt } = this.job;
    const task = new LocalTask(first + position, attempt);
    let settlements$: Settlements<unknown> | Observable<Settlements<unknown>>;
    this.current = task;
    this.calling = true;
    try {
      const call = (this.call ??= this.slot.callFor(this.job, this.loaded));
      const given = this.given(items[position]);
      settlements$ = this.settle$(
        position,
        task,
        runAsTask(task, () => call(given)),
      );
    } catch (error) {
      this.current = undefined;
      settlements$ =
        this.call === undefined && error instanceof TaskLoadError
          ? throwError(() => error)
          : failed(position, taskError(this.job, position, error));
    }
    this.calling = false;
    if (!this.cancelled) return settlements$;
    this.abandon();
    return EMPTY;
  }

  /** The item as the task gets it: a clone, if something of it is to be moved. */
  private given(item: unknown): unknown {
    const { transfer } = this.job;
    return transfer === undefined ? this.slot.handOver(item) : clone(item, [...transfer(item)]);
  }

  private settle$(
    position: number,
    task: LocalTask,
    returned: unknown,
  ): Settlements<unknown> | Observable<Settlements<unknown>> {
    if (isIterator(returned)) return this.caught$(position, task, this.yields$(position, task, returned));
    if (isPromiseLike(returned))
      return this.caught$(
        position,
        task,
        from(task.wait(returned)).pipe(
          this.inTime(position),
          map((value) => {
            this.current = undefined;
            return { from: position, values: [this.slot.handOver(value)] };
          }),
        ),
      );
    this.current = undefined;
    return { from: position, values: [this.slot.handOver(returned)] };
  }

  private caught$(
    position: number,
    task: LocalTask,
    settlements$: Observable<Settlements<unknown>>,
  ): Observable<Settlements<unknown>> {
    return settlements$.pipe(
      catchError((error: unknown) => {
        this.current = undefined;
        if (this.timedOut === undefined || error !== this.timedOut)
          return of(failed(position, taskError(this.job, position, error)));
        task.abort(error);
        if (task.pending !== undefined) this.slot.keep(task.pending);
        return of(failed(position, this.timedOut));
      }),
    );
  }

  private inTime<T>(position: number): MonoTypeOperatorFunction<T> {
    const { timeout: each, scheduler, runInContext } = this.job;
    if (each === undefined) return identity;
    return pipe(
      timeout({
        each,
        scheduler,
        with: () =>
          throwError(() => {
            this.timedOut = timeoutError(this.job, position);
            return this.timedOut;
          }),
      }),
      inContext(runInContext),
    );
  }

  /** What a generator yields, a message per yield; asks for the next while the job flows. */
  private yields$(
    position: number,
    task: LocalTask,
    iterator: Iterator<unknown> | AsyncIterator<unknown>,
  ): Observable<Settlements<unknown>> {
    const { flowing$ } = this.job;
    const next = (): unknown => runAsTask(task, () => iterator.next());
    const steps$ =
      Symbol.asyncIterator in iterator
        ? flowing$.pipe(
            filter(Boolean),
            take(1),
            concatMap(() => from(task.wait(next() as PromiseLike<unknown>)).pipe(this.inTime(position))),
            repeat(),
          )
        : whileFlowing$(flowing$, next);
    const endGenerator = (): void => {
      void task.wait(returnOf(task, iterator));
    };

    return (steps$ as Observable<IteratorResult<unknown>>).pipe(
      map(checkStep),
      takeWhile(({ done }) => done !== true, true),
      map(({ done, value }) => ({
        from: position,
        values: [],
        yields: done === true ? { values: [], ended: true } : { values: [this.slot.handOver(value)], ended: false },
      })),
      tap({ unsubscribe: endGenerator, error: endGenerator }),
    );
  }

  /** Does nothing to a run that has ended. */
  private readonly cancel = (): void => {
    if (this.isReleased) return;
    this.cancelled = true;
    this.current?.abort();
    if (!this.calling) this.abandon();
  };

  /** Leaves the slot to the task that was told to stop, as long as it needs it. */
  private abandon(): void {
    if (this.current?.pending !== undefined) this.slot.keep(this.current.pending);
    this.free();
  }

  private readonly free = (): void => {
    this.isReleased = true;
    if (this.slot.leftover === undefined) this.release();
    else void this.slot.leftover.then(this.release);
  };
}

function failed(position: number, error: ParallelError): Settlements<unknown> {
  return { from: position, values: [undefined], errors: [[0, error]] };
}

/** Takes step after step, in one loop, which ends and begins again as the flow does. */
function whileFlowing$<T>(flowing$: Observable<boolean>, next: () => T): Observable<T> {
  let flowing = false;

  return flowing$.pipe(
    tap((now) => (flowing = now)),
    filter(Boolean),
    exhaustMap(function* () {
      while (flowing) yield next();
    }),
  );
}

/** Ends a generator. What its `finally` throws now comes too late, as a result would. */
async function returnOf(task: LocalTask, iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  await runAsTask(task, () => iterator.return?.());
}
