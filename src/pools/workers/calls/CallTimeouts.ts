import { runInRootContext } from '../../../platform/context/asyncContext.ts';
import { nowMs } from '../../../platform/time/nowMs.ts';
import { clearTimeout, setImmediate, setTimeout, type Timer } from '../../../platform/time/timers.ts';

/** Looks whether a call of a worker has run for too long: one timer for all calls, which is set only while one has a limit. */
export class CallTimeouts {
  private readonly check: () => void;
  private timer: Timer | undefined;
  private atMs = Infinity;

  /** @param check - Looks, and says by {@link lookIn} when to look again. */
  constructor(check: () => void) {
    this.check = check;
  }

  /** Looks in so many milliseconds, if it does not look before. */
  lookIn(ms: number): void {
    const atMs = nowMs() + ms;
    if (this.atMs <= atMs) return;
    clearTimeout(this.timer);
    this.atMs = atMs;
    this.timer = runInRootContext(() =>
      setTimeout(() => {
        // Where this thread was blocked, answers that came meanwhile are received first.
        setImmediate(() => {
          this.atMs = Infinity;
          this.check();
        });
      }, Math.ceil(ms)).unref(),
    );
  }

  stop(): void {
    clearTimeout(this.timer);
    this.atMs = Infinity;
  }
}
