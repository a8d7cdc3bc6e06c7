import {
  asapScheduler,
  catchError,
  defer,
  firstValueFrom,
  mergeMap,
  NEVER,
  Observable,
  of,
  race,
  scheduled,
  Subject,
  take,
  tap,
  throwError,
  type Subscriber,
} from 'rxjs';
import { realTimer$ } from '../../util/rx/realTimer.ts';
import { PoolClosedError } from '../../tasks/errors/errors.ts';
import type { Drain } from '../calls.ts';
import { Multicast } from '../../util/rx/Multicast.ts';
import { runInRootContext } from '../../platform/context/asyncContext.ts';

/** Closes a pool: no new run begins, active runs have a grace period to end, and then they fail. */
export class PoolLifecycle {
  /** For jobs that come after {@link close}. Fails only after the grace period, so that other jobs of their run can end. */
  readonly refused$: Observable<never>;
  /** Like `refused$`, for callers without an open run. Fails a microtask later, so that the last run can complete first. */
  readonly closed$: Observable<never>;
  /** Emits when the pool begins to drain, before it refuses anything; at once where it has begun. */
  readonly draining$: Observable<Drain>;
  private readonly runs = new Set<Subscriber<never>>();
  /** The runs whose jobs are not refused while the pool drains. */
  private readonly held = new Set<object>();
  private readonly idle$ = new Subject<void>();
  private readonly ended$ = new Multicast<undefined>();
  private readonly afterwards$ = new Multicast<undefined>();
  private readonly drains$ = new Multicast<Drain>();
  /** The limits of the drain, in milliseconds: the first that is reached ends it. */
  private readonly drainMs$ = new Subject<number>();
  private state: 'open' | 'draining' | 'closing' | 'ended' = 'open';
  private ending: Promise<unknown> | undefined;
  private readonly pool: string;
  private readonly after$: (ms: number) => Observable<unknown>;

  /**
   * @param pool - The name of the pool, for messages.
   * @param after$ - Emits after `ms` milliseconds.
   */
  constructor(pool: string, after$: (ms: number) => Observable<unknown> = realTimer$) {
    this.pool = pool;
    this.after$ = after$;
    const fail$ = (): Observable<never> => throwError(() => this.error());
    this.refused$ = defer(() => (this.state === 'ended' ? of(0) : this.ended$.value$)).pipe(mergeMap(fail$));
    this.closed$ = defer(() => (this.state === 'ended' ? scheduled([0], asapScheduler) : this.afterwards$.value$)).pipe(
      mergeMap(fail$),
    );
    this.draining$ = defer(() => (this.state === 'draining' ? of(this.drain) : this.drains$.value$));
  }

  /** Whether {@link close} has been called. */
  get begun(): boolean {
    return this.state !== 'open';
  }

  /** Whether nothing that waits begins any more: {@link close} has been called, and the pool does not drain, or no longer. */
  get stopped(): boolean {
    return this.state === 'closing' || this.state === 'ended';
  }

  /** Why new work is refused; undefined while it is not. */
  get refusal(): PoolClosedError | undefined {
    return this.begun ? this.error() : undefined;
  }

  /** @throws PoolClosedError if nothing that waits begins any more. */
  check(): void {
    if (this.stopped) throw this.error();
  }

  /**
   * Counts a job, refuses it after {@link close}, and fails it if it is active after the grace period.
   *
   * @param run - Its run, by `ended$`: a {@link Drain} may hold it.
   */
  count$<T>(open$: () => Observable<T>, run?: object): Observable<T> {
    return new Observable((subscriber) => {
      if (this.admit(subscriber, run)) open$().subscribe(subscriber);
    });
  }

  /** Like {@link count$}, of a job that its pool begins itself. @returns false if the job is refused. */
  admit(subscriber: Subscriber<never>, run?: object): boolean {
    const isAdmitted = !this.begun || (this.state === 'draining' && run !== undefined && this.held.has(run));
    if (isAdmitted) this.enter(subscriber);
    else this.refused$.subscribe(subscriber);
    return isAdmitted;
  }

  /** Like {@link count$}. Also refuses a job that fails by {@link check}. */
  guard$<T>(run$: Observable<T>, run?: object): Observable<T> {
    return this.count$(() => run$, run).pipe(
      catchError((error: unknown) =>
        this.begun && error instanceof PoolClosedError ? this.refused$ : throwError(() => error),
      ),
    );
  }

  /**
   * Closes the pool. Resolves when no run is active. Idempotent: a later call can only shorten the drain.
   *
   * @param drainMs - The time that active runs have before their grace period begins, in which those that wait begin, too.
   */
  async close(graceMs: number, drainMs = 0): Promise<void> {
    if (this.state === 'open') {
      if (drainMs > 0) this.drains$.next(this.drain);
      this.state = drainMs > 0 ? 'draining' : 'closing';
    }
    this.ending ??= runInRootContext(() => this.end(graceMs));
    runInRootContext(() => {
      this.drainMs$.next(drainMs);
    });
    await this.ending;
  }

  /** Given to those that hear of the drain. */
  private readonly drain: Drain = {
    hold$: (run) =>
      new Observable((subscriber) => {
        this.held.add(run);
        subscriber.add(() => this.held.delete(run));
        this.enter(subscriber);
      }),
  };

  /** Counts a subscriber for as long as it is subscribed. */
  private enter(subscriber: Subscriber<never>): void {
    this.runs.add(subscriber);
    subscriber.add(() => {
      this.runs.delete(subscriber);
      if (this.begun && this.runs.size === 0) this.idle$.next();
    });
  }

  private end(graceMs: number): Promise<unknown> {
    const idle$ = defer(() => (this.runs.size === 0 ? of(0) : this.idle$));
    const drained$ = this.drainMs$.pipe(
      mergeMap((ms) => (ms === 0 ? of(0) : ms === Infinity ? NEVER : this.after$(ms))),
      take(1),
      tap(() => {
        this.state = 'closing';
      }),
    );
    const end$ = race<unknown[]>(idle$, drained$.pipe(mergeMap(() => this.after$(graceMs)))).pipe(
      tap(() => {
        for (const run of [...this.runs]) run.error(this.error());
        this.state = 'ended';
        this.ended$.next(undefined);
        // One action for all subscribers, since each action costs a scheduler a search through its other actions.
        asapScheduler.schedule(() => {
          this.afterwards$.next(undefined);
        });
      }),
    );
    return firstValueFrom(end$, { defaultValue: 0 });
  }

  private error(): PoolClosedError {
    return new PoolClosedError(`${this.pool} is closed`);
  }
}
