import {
  catchError,
  concatMap,
  defer,
  filter,
  from,
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
import { callable, type Callable } from '../tasks/callable.ts';
import { TaskCloneError, TaskTimeoutError } from '../tasks/errors.ts';
import { isIterator, isPromiseLike } from '../tasks/isIterator.ts';
import type { AnyTask } from '../tasks/Task.ts';
import { checkCount, checkFunction, checkMs, checkOptions } from '../util/check.ts';
import { Closing } from './closing.ts';
import { detailsOf, messageOf, nameOf, taskError, timeoutError } from './itemError.ts';
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

/**
 * A pool in virtual time, to test pipelines to the exact frame: it calls the task when an item starts, and settles it
 * after `duration`, also when it throws. Uses nothing but synchronous calls and the run's scheduler. Items and results
 * are copied by `structuredClone`, so that a test finds what a worker could not be sent. What is cancelled or late frees
 * its place in the same frame, which real workers cannot do.
 *
 * @example A marble test
 * ```ts
 * new TestScheduler(assertDeepEqual).run(({ hot, expectObservable }) => {
 *   const pool = new VirtualPool({ workers: 2, duration: (item: string) => (item === 'a' ? 4 : 1) });
 *   const upper$ = hot('-a-b-----c-|').pipe(parallelMap((s: string) => s.toUpperCase(), { pool }));
 *   expectObservable(upper$.pipe(map(([, s]) => s))).toBe('----BA----C|');
 * });
 * ```
 */
export class VirtualPool implements Pool {
  readonly size: number;
  private readonly config: VirtualPoolConfig;
  private readonly places: Slots<object>;
  private readonly closing = new Closing('this pool');

  /** @throws RangeError or TypeError if an option is wrong. */
  constructor(config: VirtualPoolConfig) {
    checkOptions(config, ['workers', 'duration', 'run']);
    checkCount('workers', config.workers, 1);
    if (typeof config.duration !== 'function') checkMs('duration', config.duration, 0);
    if (config.run !== undefined) checkFunction('run', config.run);
    this.config = config;
    this.size = config.workers;
    this.places = new Slots(config.workers, () => ({}));
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return this.closing.guard$(
      this.places.acquire$.pipe(
        mergeMap((place) => {
          const release = (): void => {
            this.places.release(place);
          };
          return this.work$(job).pipe(tap({ complete: release, error: release, unsubscribe: release }));
        }),
      ),
    ) as Observable<Settlements<Out>>;
  }

  async close(): Promise<void> {
    await this.closing.close(0);
  }

  private work$(job: Job<unknown>): Observable<Settlements<unknown>> {
    return job.gate$.pipe(
      take(1),
      concatMap(() => {
        const call = this.callFor(job);
        return from(job.items.keys()).pipe(concatMap((position) => this.item$(job, position, call)));
      }),
    );
  }

  private callFor({ task, args }: Job<unknown>): Callable | undefined {
    return task.live === undefined ? undefined : callable(task.live, task.style, args);
  }

  private item$(job: Job<unknown>, position: number, call: Callable | undefined): Observable<Settlements<unknown>> {
    const { index, item, attempt } = job.items[position] ?? { index: 0, item: undefined, attempt: 1 };
    const { duration, run } = this.config;
    const inTime$: MonoTypeOperatorFunction<unknown> =
      job.timeout === undefined
        ? (source$) => source$
        : timeout({
            each: job.timeout,
            scheduler: job.scheduler,
            with: () => throwError(() => timeoutError(job, position)),
          });
    const after$ = (): Observable<unknown> => {
      const ms = typeof duration === 'function' ? duration(item as never, attempt) : duration;
      return timer(ms, job.scheduler).pipe(inTime$);
    };

    return defer(() => {
      const sent = clone(item, `item ${String(index)}`, job, position);
      const returned = capture(() => {
        if (run !== undefined) return run(job.task, sent as never, attempt);
        if (call === undefined)
          throw new TypeError(`${nameOf(job)} comes from a module: a VirtualPool needs \`run\` to stand in for it`);
        return call(sent);
      });
      if (isPromiseLike(returned.value))
        throw new TypeError(`${nameOf(job)} is async: a VirtualPool needs \`run\` to stand in for it`);
      return isIterator(returned.value)
        ? this.yields$(returned.value as Iterator<unknown>, position, job, after$)
        : after$().pipe(
            map(() => ({
              from: position,
              values: [clone(returned.get(), `the result of item ${String(index)}`, job, position)],
            })),
          );
    }).pipe(
      catchError((error: unknown) => {
        const settled =
          error instanceof TaskTimeoutError || error instanceof TaskCloneError
            ? error
            : taskError(job, position, error);
        return of({ from: position, values: [undefined], errors: [[0, settled] as const] });
      }),
    );
  }

  private yields$(
    iterator: Iterator<unknown>,
    position: number,
    job: Job<unknown>,
    after$: () => Observable<unknown>,
  ): Observable<Settlements<unknown>> {
    const step$ = defer(() => {
      const step = capture(() => iterator.next());
      const ends = step.value?.done === true;
      return (ends ? of(0) : after$()).pipe(map(() => step.get()));
    });

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
      tap({ unsubscribe: () => iterator.return?.(), error: () => iterator.return?.() }),
    );
  }
}

/** The outcome of a call, kept until its time has come. */
function capture<T>(call: () => T): { readonly value?: T; readonly get: () => T } {
  try {
    const value = call();
    return { value, get: () => value };
  } catch (error) {
    return {
      get: () => {
        throw error;
      },
    };
  }
}

function clone(value: unknown, what: string, job: Job<unknown>, position: number): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new TaskCloneError(`${what} of ${nameOf(job)} could not be cloned: ${messageOf(cause)}`, {
      ...detailsOf(job, position),
      cause,
    });
  }
}
