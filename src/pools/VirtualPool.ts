import {
  catchError,
  concatMap,
  defer,
  filter,
  finalize,
  identity,
  map,
  mergeMap,
  of,
  repeat,
  take,
  takeWhile,
  tap,
  throwError,
  timeout,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { ParallelError, PoolClosedError, TaskCloneError, TaskLoadError } from '../tasks/errors.ts';
import { isIterator, isPromiseLike } from '../tasks/isIterator.ts';
import type { AnyTask } from '../tasks/Task.ts';
import { checkCount, checkFunction, checkMs, checkOptions } from '../util/check.ts';
import { checkStep } from '../util/checkStep.ts';
import { Closing } from './closing.ts';
import { messageOf } from '../util/messageOf.ts';
import { detailsOf, nameOf, taskError, timeoutError } from './itemError.ts';
import { Place } from './Place.ts';
import type { Job, Pool, Settlements } from './pool.ts';
import { Slots } from './slots.ts';

/** Settings of a {@link VirtualPool}. */
export interface VirtualPoolConfig {
  /** Most items at once, an integer from 1. */
  readonly workers: number;
  /** Milliseconds of the scheduler's time that one item takes, or one step of a generator; from 0. */
  readonly duration: number | ((item: never, attempt: number) => number);
  /** Stands in for a task that comes from `tasks(...)` or is async, which virtual time cannot wait for. */
  readonly run?: (task: AnyTask, item: never, attempt: number) => unknown;
}

/** When an item ran, in frames, as `expectSubscriptions` takes it. `unsubscribedFrame` is `Infinity` while it runs. */
export type VirtualRun = Parameters<RunHelpers['expectSubscriptions']>[0][number];

/**
 * A pool in virtual time, to test pipelines to the exact frame: it calls the task when an item starts, and settles it
 * after `duration`, also when it throws. Uses nothing but synchronous calls and the run's scheduler. Items and results
 * are copied by `structuredClone`, so that a test finds what a worker could not be sent. What is cancelled or late frees
 * its place in the same frame, which real workers cannot do.
 *
 * @example A marble test
 * ```ts
 * new TestScheduler(assertDeepEqual).run(({ hot, expectObservable, expectSubscriptions }) => {
 *   const pool = new VirtualPool({ workers: 2, duration: (item: string) => (item === 'a' ? 4 : 1) });
 *   const upper$ = hot('-a-b-----c-|').pipe(parallelMap((s: string) => s.toUpperCase(), { pool }));
 *   expectObservable(upper$.pipe(map(([, s]) => s))).toBe('----BA----C|');
 *   expectSubscriptions(pool.runs).toBe(['-^---!', '---^!', '---------^!']);
 * });
 * ```
 */
export class VirtualPool implements Pool {
  readonly size: number;
  /** The items that have been started, from their start to their end. */
  readonly runs: VirtualRun[] = [];
  private readonly config: VirtualPoolConfig;
  private readonly places: Slots<Place>;
  private readonly closing = new Closing('this pool');

  /** @throws RangeError or TypeError if an option is wrong. */
  constructor(config: VirtualPoolConfig) {
    checkOptions(config, ['workers', 'duration', 'run']);
    checkCount('workers', config.workers, 1);
    if (typeof config.duration !== 'function') checkMs('duration', config.duration, 0, ', or a function');
    if (config.run !== undefined) checkFunction('run', config.run);
    this.config = config;
    this.size = config.workers;
    this.places = new Slots(config.workers, () => new Place());
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return this.closing.guard$(
      this.places.acquire$.pipe(
        mergeMap((place) => {
          const release = (): void => {
            this.places.release(place);
          };
          return this.work$(place, job).pipe(tap({ complete: release, error: release, unsubscribe: release }));
        }),
      ),
    ) as Observable<Settlements<Out>>;
  }

  async close(): Promise<void> {
    await this.closing.close(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private work$(place: Place, job: Job<unknown>): Observable<Settlements<unknown>> {
    return job.gate$.pipe(
      take(1),
      concatMap(() => job.items.keys()),
      concatMap((position) => this.item$(place, job, position)),
    );
  }

  private item$(place: Place, job: Job<unknown>, position: number): Observable<Settlements<unknown>> {
    return defer(() => {
      this.closing.check();
      if (this.config.run === undefined && job.task.live === undefined)
        throw standInMissing(job, position, 'comes from a module');
      const item = received(job, position);
      const outcome = capture(job, position, () => this.call(place, job, position, item));
      if (isAsync(outcome.value)) throw standInMissing(job, position, 'is async');

      return this.logged$(
        job,
        isIterator(outcome.value)
          ? this.yields$(outcome.value as Iterator<unknown>, job, position)
          : this.after$(job, position).pipe(
              map(() => ({ from: position, values: [clone(outcome.get(), 'the result', job, position)] })),
            ),
      );
    }).pipe(
      catchError((error: unknown) =>
        error instanceof PoolClosedError || error instanceof TaskLoadError || !(error instanceof ParallelError)
          ? throwError(() => error)
          : of({ from: position, values: [undefined], errors: [[0, error] as const] }),
      ),
    );
  }

  private call(place: Place, job: Job<unknown>, position: number, item: unknown): unknown {
    const { run } = this.config;
    return run === undefined ? place.callFor(job, job.task.live)(item) : run(job.task, item as never, job.attempt);
  }

  private logged$<T>({ scheduler }: Job<unknown>, item$: Observable<T>): Observable<T> {
    const frames: unknown = { subscribedFrame: scheduler.now(), unsubscribedFrame: Infinity };
    const run = frames as VirtualRun;
    this.runs.push(run);
    return item$.pipe(
      finalize(() => {
        run.unsubscribedFrame = scheduler.now();
      }),
    );
  }

  /** Emits when an item, or a step of a generator, has had its time. */
  private after$(job: Job<unknown>, position: number): Observable<unknown> {
    const { duration } = this.config;
    const inTime$: MonoTypeOperatorFunction<unknown> =
      job.timeout === undefined
        ? identity
        : timeout({
            each: job.timeout,
            scheduler: job.scheduler,
            with: () => throwError(() => timeoutError(job, position)),
          });
    const ms = typeof duration === 'function' ? duration(job.items[position] as never, job.attempt) : duration;
    return timer(ms, job.scheduler).pipe(inTime$);
  }

  private yields$(iterator: Iterator<unknown>, job: Job<unknown>, position: number): Observable<Settlements<unknown>> {
    const step$ = defer(() => {
      const step = capture(job, position, () => checkStep(iterator.next()));
      return (step.value?.done === true ? of(0) : this.after$(job, position)).pipe(map(() => step.get()));
    });
    const leave = (): void => {
      // What its `finally` throws now comes too late, as a result would.
      capture(job, position, () => iterator.return?.());
    };

    return job.flowing$.pipe(
      filter(Boolean),
      take(1),
      concatMap(() => step$),
      repeat(),
      takeWhile(({ done }) => done !== true, true),
      map(({ done, value }) => ({
        from: position,
        values: [],
        yields:
          done === true
            ? { values: [], ended: true }
            : { values: [clone(value, 'a yield', job, position)], ended: false },
      })),
      tap({ unsubscribe: leave, error: leave }),
    );
  }
}

/** An item as a worker would get it. */
function received(job: Job<unknown>, position: number): unknown {
  const item = job.items[position];
  let list: readonly Transferable[] | undefined;
  try {
    list = job.transfer?.(item);
  } catch (error) {
    throw taskError(job, position, error);
  }
  return clone(item, 'the item', job, position, list);
}

function clone(
  value: unknown,
  what: string,
  job: Job<unknown>,
  position: number,
  transfer: readonly Transferable[] = [],
): unknown {
  try {
    return structuredClone(value, { transfer: [...transfer] });
  } catch (cause) {
    const details = detailsOf(job, position);
    throw new TaskCloneError(
      `${what} of ${nameOf(job)} for item ${String(details.index)} could not be cloned: ${messageOf(cause)}`,
      { ...details, cause },
    );
  }
}

/** The outcome of a call, kept until its time has come. */
function capture<T>(job: Job<unknown>, position: number, call: () => T): { readonly value?: T; readonly get: () => T } {
  try {
    const value = call();
    return { value, get: () => value };
  } catch (error) {
    return {
      get: () => {
        throw taskError(job, position, error);
      },
    };
  }
}

function isAsync(returned: unknown): boolean {
  return isPromiseLike(returned) || (isIterator(returned) && Symbol.asyncIterator in returned);
}

function standInMissing(job: Job<unknown>, position: number, why: string): TaskLoadError {
  return new TaskLoadError(
    `${nameOf(job)} ${why}: a VirtualPool needs \`run\` to stand in for it`,
    detailsOf(job, position),
  );
}
