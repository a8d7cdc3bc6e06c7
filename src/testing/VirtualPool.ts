import {
  catchError,
  concatMap,
  defer,
  finalize,
  mergeMap,
  of,
  Subscription,
  take,
  tap,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { ParallelError, PoolClosedError, TaskLoadError, WorkerCrashError } from '../tasks/errors/errors.ts';
import { checkCount } from '../util/check.ts';
import { named } from '../util/named.ts';
import { inContext } from '../util/rx/inContext.ts';
import { takeOptions } from '../util/takeOptions.ts';
import { PoolLifecycle } from '../pools/shared/PoolLifecycle.ts';
import { TaskBinding } from '../pools/local/TaskBinding.ts';
import type { CloseConfig, Job, Pool, Settlements } from '../pools/pool.ts';
import { drainMsOf } from '../pools/shared/drainMsOf.ts';
import { setCallTally } from '../pools/calls.ts';
import { idealStats } from '../pools/shared/stats/idealStats.ts';
import { JobTally } from '../pools/shared/stats/JobTally.ts';
import { talliedJob } from '../pools/shared/stats/talliedJob.ts';
import type { PoolStats } from '../pools/stats.ts';
import { SlotQueue } from '../pools/shared/SlotQueue.ts';
import { called$, checkDurations, type VirtualDurations } from './virtualDurations.ts';
import type { Settled$ } from './virtualItem.ts';
import { checkMarbles, drawn$, type VirtualMarbles } from './virtualMarbles.ts';
import { traceOf, type VirtualRun, type VirtualTrace } from './virtualTrace.ts';

export type { VirtualDurations, VirtualMarbles, VirtualRun, VirtualTrace };

/** Options of a {@link VirtualPool}: the durations of tasks, or their diagrams. */
export type VirtualPoolConfig = VirtualDurations | VirtualMarbles;

/** A place for a worker, which may be gone for a while. */
interface VirtualSlot {
  readonly binding: TaskBinding;
  backAtMs: number;
}

/**
 * A pool in virtual time, to test pipelines to the exact frame. With `duration`, it calls the task when an item starts, and
 * settles the item after that time, also if the task throws. With `marble`, it does not call the task, and each item
 * behaves like its diagram.
 *
 * The pool uses only synchronous calls and the scheduler of the run. It copies items and results by `structuredClone`, so
 * that a test finds values that cannot be sent to a worker. An item that is cancelled or times out frees its slot in the
 * same frame, which real workers cannot do.
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
 *
 * @see {@link VirtualDurations} to call the task, {@link VirtualMarbles} to draw it.
 */
export class VirtualPool implements Pool {
  static {
    named(this, 'VirtualPool');
  }

  /** The maximum number of items at once: `workers`. */
  readonly size: number;
  /** The start and end of each run of an item, in the order of the starts. Pass it to `expectSubscriptions`. */
  readonly runs: VirtualRun[] = [];
  private readonly config: VirtualPoolConfig;
  private readonly slots: SlotQueue<VirtualSlot>;
  private readonly closing = new PoolLifecycle('this pool', (ms) => timer(ms));
  private readonly jobs = new JobTally();
  /** The clock of the last run. */
  private now = (): number => 0;
  /** The places that are gone, and come back. */
  private readonly returning = new Subscription();

  /** @throws RangeError or TypeError if an option is wrong. */
  constructor(config: VirtualPoolConfig) {
    this.config = checked(config);
    this.size = this.config.workers;
    setCallTally(this, this.jobs);
    this.slots = new SlotQueue(this.size, () => ({ binding: new TaskBinding(), backAtMs: -Infinity }));
  }

  /** How many items ran at once: `[[0, 2], [4, 1], [6, 0]]` is two from frame 0 on, one from 4 on, and none from 6 on. */
  get trace(): VirtualTrace {
    return traceOf(this.runs);
  }

  get closed$(): Observable<never> {
    return this.closing.closed$;
  }

  get draining$(): Observable<unknown> {
    return this.closing.draining$;
  }

  run$<In, Out>(job: Job<In>): Observable<Settlements<Out>> {
    const { scheduler } = job;
    const work$ = defer(() => {
      const now = (): number => scheduler.now();
      const askedMs = now();
      this.now = now;
      return this.slots.acquire$(job.priority).pipe(
        inContext(job.runInContext),
        mergeMap((slot) => {
          const release = (): void => {
            this.release(slot, job);
          };
          return this.work$(slot, job).pipe(
            talliedJob(this.jobs, askedMs, now),
            tap({ complete: release, error: release, unsubscribe: release }),
          );
        }),
      );
    });
    return this.closing.guard$(work$, job.ended$) as Observable<Settlements<Out>>;
  }

  /** The figures of this pool, in the time of the scheduler of its runs. */
  stats(): PoolStats {
    return idealStats('virtual', this.jobs.read(this.now(), this.slots.waitingCount), this.slots);
  }

  /**
   * Fails running items with a {@link PoolClosedError}, in the same frame: there is no grace period. Idempotent.
   *
   * @param config - With `drainMs`, all that the pool has been given is run before that, for at most so many frames.
   * @throws TypeError or RangeError, as a rejection, if an option is wrong.
   */
  async close(config?: CloseConfig): Promise<void> {
    const closed = this.closing.close(0, drainMsOf(config));
    this.returning.unsubscribe();
    await closed;
  }

  /** Closes it where an `await using` ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private work$(slot: VirtualSlot, job: Job<unknown>): Settled$ {
    return job.gate$.pipe(
      take(1),
      concatMap(() => job.items.keys()),
      concatMap((position) => back$(slot, job).pipe(concatMap(() => this.item$(slot, job, position)))),
    );
  }

  private item$(slot: VirtualSlot, job: Job<unknown>, position: number): Settled$ {
    const { config } = this;
    return defer(() => {
      this.closing.check();
      return this.logged$(
        job,
        config.marble !== undefined ? drawn$(config, job, position) : called$(config, slot.binding, job, position),
      );
    }).pipe(
      catchError((error: unknown) => {
        if (error instanceof PoolClosedError || error instanceof TaskLoadError || !(error instanceof ParallelError))
          return throwError(() => error);
        if (error instanceof WorkerCrashError) lose(slot, job, config.crash);
        return of({ from: position, values: [undefined], errors: [[0, error] as const] });
      }),
    );
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

  private release(slot: VirtualSlot, job: Job<unknown>): void {
    const released$ = back$(slot, job).pipe(
      tap(() => {
        this.slots.release(slot);
      }),
    );
    this.returning.add(released$.subscribe());
  }
}

/** Emits when the place has a worker. */
function back$(slot: VirtualSlot, { scheduler, runInContext }: Job<unknown>): Observable<unknown> {
  return defer(() => {
    const leftMs = slot.backAtMs - scheduler.now();
    return leftMs > 0 ? timer(leftMs, scheduler).pipe(inContext(runInContext)) : of(0);
  }).pipe(
    tap(() => {
      // The next run may go by another clock, to which that time means nothing.
      slot.backAtMs = -Infinity;
    }),
  );
}

/** A place whose worker has died gets another one. That it knows nothing of before needs no care: no task was called. */
function lose(slot: VirtualSlot, { scheduler }: Job<unknown>, crashMs = 0): void {
  slot.backAtMs = scheduler.now() + crashMs;
}

const OPTIONS = {
  duration: ['duration', 'run'],
  marble: ['marble', 'values', 'error', 'crash'],
} as const;

function checked(given: VirtualPoolConfig): VirtualPoolConfig {
  const config = takeOptions(given, ['workers', ...OPTIONS.duration, ...OPTIONS.marble]);
  checkCount('workers', config.workers, 1);
  const drawn = config.marble !== undefined;
  for (const name of OPTIONS[drawn ? 'duration' : 'marble'])
    if (config[name] !== undefined)
      throw new TypeError(drawn ? `${name} and marble exclude each other` : `${name} needs marble`);
  if (drawn) checkMarbles(config);
  else checkDurations(config);
  return config;
}
