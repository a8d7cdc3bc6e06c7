import {
  catchError,
  concatMap,
  defer,
  filter,
  from,
  identity,
  map,
  mergeMap,
  NEVER,
  of,
  repeat,
  switchMap,
  take,
  takeWhile,
  tap,
  throwError,
  timeout,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { callable, type Callable } from '../tasks/callable.ts';
import { runAsTask } from '../tasks/currentTask.ts';
import { ParallelError } from '../tasks/errors.ts';
import { isIterator, isPromiseLike } from '../tasks/isIterator.ts';
import { loadTask } from '../tasks/loadTask.ts';
import type { AnyTask } from '../tasks/Task.ts';
import { checkCount, checkOptions } from '../util/check.ts';
import { Closing } from './closing.ts';
import { taskError, timeoutError } from './itemError.ts';
import { LocalTask } from './localTask.ts';
import type { Job, Pool, Settlements } from './pool.ts';
import { Slots } from './slots.ts';

/** Settings of a {@link LocalPool}. */
export interface LocalPoolConfig {
  /** Most promises at a time, an integer from 1. @defaultValue 1 */
  readonly workers?: number;
}

/** How long a task that was told to stop keeps its place, in milliseconds, since nothing here can end it. */
const GRACE_MS = 100;

/** A place of a {@link LocalPool}. */
class Place {
  /** Settles when a task that was told to stop has stopped, or has had its time. */
  leftover: Promise<unknown> | undefined;
  private readonly calls = new WeakMap<object, Callable>();

  /** The task, bound to the arguments of its run: a processor is made once per place and run. */
  callFor({ task, args, ended$ }: Job<unknown>, loaded: unknown): Callable {
    if (task.style !== 'processor') return callable(loaded, task.style, args);
    const call = this.calls.get(ended$) ?? callable(loaded, task.style, args);
    this.calls.set(ended$, call);
    return call;
  }
}

/**
 * Runs tasks in this thread, `workers` promises at a time. Nothing is copied, and closures work. Emits synchronously
 * where a task is synchronous. A task cannot be interrupted here: one that is cancelled or late is told by its signal, and
 * counts as gone 100 ms later.
 */
export class LocalPool implements Pool {
  readonly size: number;
  private readonly places: Slots<Place>;
  private readonly closing = new Closing('this pool');
  private readonly loaded = new WeakMap<AnyTask, unknown>();

  /** @throws RangeError if `workers` is not an integer from 1. */
  constructor(config: LocalPoolConfig = {}) {
    checkOptions(config, ['workers']);
    const { workers = 1 } = config;
    checkCount('workers', workers, 1);
    this.size = workers;
    this.places = new Slots(workers, () => new Place());
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    return this.load$(job.task).pipe(
      mergeMap((loaded) =>
        this.closing.guard$(this.places.acquire$.pipe(mergeMap((place) => this.work$(place, job, loaded)))),
      ),
    ) as Observable<Settlements<Out>>;
  }

  async close(): Promise<void> {
    await this.closing.close(GRACE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private load$(task: AnyTask): Observable<unknown> {
    const known = task.live ?? this.loaded.get(task);
    if (known !== undefined) return of(known);
    return defer(() => loadTask(task.origin)).pipe(
      tap((loaded) => {
        this.loaded.set(task, loaded);
      }),
    );
  }

  private work$(place: Place, job: Job<unknown>, loaded: unknown): Observable<Settlements<unknown>> {
    const release = (): void => {
      if (place.leftover === undefined) this.places.release(place);
      else
        void place.leftover.then(() => {
          place.leftover = undefined;
          this.places.release(place);
        });
    };

    return job.gate$.pipe(
      take(1),
      concatMap(() => job.items.keys()),
      concatMap((position) =>
        place.leftover === undefined ? of(position) : from(place.leftover.then(() => position)),
      ),
      concatMap((position) => {
        place.leftover = undefined;
        this.closing.check();
        return item$(place, job, position, loaded);
      }),
      tap({ complete: release, error: release, unsubscribe: release }),
    );
  }
}

function item$(place: Place, job: Job<unknown>, position: number, loaded: unknown): Observable<Settlements<unknown>> {
  const entry = job.items[position];
  const running = new LocalTask(entry?.index ?? 0, entry?.attempt ?? 1);
  const stop = (reason?: unknown): void => {
    running.abort(reason);
    if (running.pending !== undefined) place.leftover = Promise.race([running.pending, afterGrace()]);
  };
  const inTime$: MonoTypeOperatorFunction<unknown> =
    job.timeout === undefined
      ? identity
      : timeout({
          each: job.timeout,
          scheduler: job.scheduler,
          with: () => {
            const error = timeoutError(job, position);
            stop(error);
            return throwError(() => error);
          },
        });
  const settle$ = (returned: unknown): Observable<Settlements<unknown>> =>
    isIterator(returned)
      ? yields$(returned, position, job, running, inTime$)
      : (isPromiseLike(returned) ? from(running.wait(returned)) : of(returned)).pipe(
          inTime$,
          map((value) => ({ from: position, values: [value] })),
        );

  return defer(() => {
    const item =
      job.transfer === undefined
        ? entry?.item
        : structuredClone(entry?.item, { transfer: [...job.transfer(entry?.item)] });
    return settle$(runAsTask(running, () => place.callFor(job, loaded)(item)));
  }).pipe(
    catchError((error: unknown) => {
      const settled =
        error instanceof ParallelError && running.signal.reason === error ? error : taskError(job, position, error);
      return of({ from: position, values: [undefined], errors: [[0, settled] as const] });
    }),
    tap({ unsubscribe: stop }),
  );
}

/** What a generator yields, a message per yield; asks for the next while the job flows. */
function yields$(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  position: number,
  job: Job<unknown>,
  running: LocalTask,
  inTime$: MonoTypeOperatorFunction<unknown>,
): Observable<Settlements<unknown>> {
  const next = (): IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>> =>
    runAsTask(running, () => iterator.next());
  const leave = (): void => {
    void Promise.resolve(runAsTask(running, () => iterator.return?.())).catch(() => undefined);
  };
  const steps$ =
    Symbol.asyncIterator in iterator
      ? job.flowing$.pipe(
          filter(Boolean),
          take(1),
          concatMap(() => from(running.wait(next() as PromiseLike<unknown>)).pipe(inTime$)),
          repeat(),
        )
      : job.flowing$.pipe(switchMap((flowing) => (flowing ? stepsOf(next as () => IteratorResult<unknown>) : NEVER)));

  return (steps$ as Observable<IteratorResult<unknown>>).pipe(
    takeWhile(({ done }) => done !== true, true),
    map(({ done, value }) => ({
      from: position,
      values: [],
      yields: done === true ? { values: [], ended: true } : { values: [value], ended: false },
    })),
    tap({ unsubscribe: leave, error: leave }),
  );
}

function* stepsOf(next: () => IteratorResult<unknown>): Generator<IteratorResult<unknown>> {
  for (;;) yield next();
}

function afterGrace(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, GRACE_MS));
}
