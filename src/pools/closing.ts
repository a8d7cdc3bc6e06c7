import {
  BehaviorSubject,
  defer,
  filter,
  finalize,
  firstValueFrom,
  mergeMap,
  race,
  Subject,
  takeUntil,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { PoolClosedError } from '../tasks/errors.ts';

/** The end of a pool's life: nothing new begins, what runs has some time to end, and then fails. */
export class Closing {
  private readonly runs$ = new BehaviorSubject(0);
  private readonly expired$ = new Subject<void>();
  private done: Promise<void> | undefined;
  private readonly pool: string;

  constructor(pool: string) {
    this.pool = pool;
  }

  /** Whether {@link close} has been called. */
  get begun(): boolean {
    return this.done !== undefined;
  }

  /** @throws PoolClosedError once {@link close} has been called. */
  check(): void {
    if (this.begun) throw this.error();
  }

  /** Counts a run, refuses it after {@link close}, and fails it where it outlives the time it was given. */
  guard$<T>(run$: Observable<T>): Observable<T> {
    return defer(() => {
      this.check();
      this.runs$.next(this.runs$.value + 1);
      return run$.pipe(
        takeUntil(this.expired$.pipe(mergeMap(() => throwError(() => this.error())))),
        finalize(() => {
          this.runs$.next(this.runs$.value - 1);
        }),
      );
    });
  }

  /** Begins the end; resolves when no run is left. Idempotent. */
  close(graceMs: number): Promise<void> {
    this.done ??= this.end(graceMs);
    return this.done;
  }

  private async end(graceMs: number): Promise<void> {
    const idle$ = this.runs$.pipe(filter((runs) => runs === 0));
    await firstValueFrom(race(idle$, timer(graceMs)), { defaultValue: 0 });
    this.expired$.next();
  }

  private error(): PoolClosedError {
    return new PoolClosedError(`${this.pool} is closed`);
  }
}
