import { firstValueFrom, race, ReplaySubject, type Observable } from 'rxjs';

/** Tells the parts of a job that it is cancelled, and ends their waiting. */
export class Cancellation {
  private readonly cancelled$ = new ReplaySubject<undefined>(1);
  /** Resolves when the job is cancelled. */
  readonly promise = firstValueFrom(this.cancelled$, { defaultValue: undefined });
  private cancelled = false;

  isCancelled(): boolean {
    return this.cancelled;
  }

  cancel(): void {
    this.cancelled = true;
    this.cancelled$.next(undefined);
  }

  /** Waits until a signal emits or completes, or the job is cancelled. */
  async first(signal$: Observable<unknown>): Promise<void> {
    await firstValueFrom(race(signal$, this.cancelled$), { defaultValue: undefined });
  }
}
