import { tap, timer, type SchedulerLike, type Subscription } from 'rxjs';
import { runInRootContext } from '../../platform/context/asyncContext.ts';

/** Looks from time to time for calls that have waited too long: by one timer, which is set only while any call waits. */
export class WaitLimit {
  private readonly scheduler: SchedulerLike;
  private readonly expire: () => number | undefined;
  private timing: Subscription | undefined;

  /** @param expire - Refuses those that have waited too long; gives how many milliseconds the next one has left. */
  constructor(scheduler: SchedulerLike, expire: () => number | undefined) {
    this.scheduler = scheduler;
    this.expire = expire;
  }

  /** Looks in so many milliseconds, or earlier if it is about to. */
  lookIn(ms: number): void {
    const look = (): void => {
      this.timing = undefined;
      const leftMs = this.expire();
      if (leftMs !== undefined) this.lookIn(leftMs);
    };
    this.timing ??= runInRootContext(() => timer(Math.max(1, ms), this.scheduler).pipe(tap(look)).subscribe());
  }

  /** No call waits any more. */
  stop(): void {
    this.timing?.unsubscribe();
    this.timing = undefined;
  }
}
