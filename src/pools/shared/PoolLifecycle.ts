import {
  asapScheduler,
  catchError,
  defer,
  firstValueFrom,
  mergeMap,
  Observable,
  of,
  race,
  scheduled,
  Subject,
  tap,
  throwError,
  type Subscriber,
} from 'rxjs';
import { realTimer$ } from '../../util/rx/realTimer.ts';
import { PoolClosedError } from '../../tasks/errors/errors.ts';
import { Multicast } from '../../util/rx/Multicast.ts';
import { runInRootContext } from '../../platform/context/asyncContext.ts';

/** Closes a pool: no new run begins, active runs have a grace period to end, and then they fail. */
export class PoolLifecycle {
  /** For jobs that come after {@link close}. Fails only after the grace period, so that other jobs of their run can end. */
  readonly refused$: Observable<never>;
  /** Like `refused$`, for callers without an open run. Fails a microtask later, so that the last run can complete first. */
  readonly closed$: Observable<never>;
  private readonly runs = new Set<Subscriber<never>>();
  private readonly idle$ = new Subject<void>();
  private readonly ended$ = new Multicast<undefined>();
  private readonly afterwards$ = new Multicast<undefined>();
  private isEnded = false;
  private ending: Promise<unknown> | undefined;
  private closed = false;
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
    this.refused$ = defer(() => (this.isEnded ? of(0) : this.ended$.value$)).pipe(mergeMap(fail$));
    this.closed$ = defer(() => (this.isEnded ? scheduled([0], asapScheduler) : this.afterwards$.value$)).pipe(
      mergeMap(fail$),
    );
  }

  /** Whether {@link close} has been called. */
  get begun(): boolean {
    return this.closed;
  }

  /** @throws PoolClosedError once {@link close} has been called. */
  check(): void {
    if (this.begun) throw this.error();
  }

  /** Counts a run, refuses it after {@link close}, and fails it if it is active after the grace period. */
  count$<T>(open$: () => Observable<T>): Observable<T> {
    return new Observable<T>((subscriber) => {
      if (this.begun) return this.refused$.subscribe(subscriber);
      this.runs.add(subscriber);
      subscriber.add(() => {
        this.runs.delete(subscriber);
        if (this.begun && this.runs.size === 0) this.idle$.next();
      });
      return open$().subscribe(subscriber);
    });
  }

  /** Like {@link count$}. Also refuses a run that fails by {@link check}. */
  guard$<T>(run$: Observable<T>): Observable<T> {
    return this.count$(() => run$).pipe(
      catchError((error: unknown) =>
        this.begun && error instanceof PoolClosedError ? this.refused$ : throwError(() => error),
      ),
    );
  }

  /** Closes the pool. Resolves when no run is active. Idempotent. */
  async close(graceMs: number): Promise<void> {
    this.closed = true;
    this.ending ??= runInRootContext(() => this.end(graceMs));
    await this.ending;
  }

  private end(graceMs: number): Promise<unknown> {
    const idle$ = defer(() => (this.runs.size === 0 ? of(0) : this.idle$));
    const end$ = race<unknown[]>(idle$, this.after$(graceMs)).pipe(
      tap(() => {
        for (const run of [...this.runs]) run.error(this.error());
        this.isEnded = true;
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
