import { runInRootContext } from '../../../platform/context/asyncContext.ts';
import { nowMs } from '../../../platform/time/nowMs.ts';
import { clearTimeout, setImmediate, setTimeout, type Timer } from '../../../platform/time/timers.ts';
import type { SentCall } from './SentCall.ts';
import type { SentCalls } from './SentCalls.ts';

/** Looks whether a call of a worker has run for too long: one timer for all calls, which is set only while one has a limit. */
export class CallTimeouts {
  private readonly sent: SentCalls;
  private readonly timeOut: (sent: SentCall) => void;
  private timer: Timer | undefined;
  private atMs = Infinity;

  /** @param timeOut - Is given each call that has run for too long, while its worker has it. */
  constructor(sent: SentCalls, timeOut: (sent: SentCall) => void) {
    this.sent = sent;
    this.timeOut = timeOut;
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

  private check(): void {
    for (const sent of this.sent.all) {
      const { timeoutMs } = sent.call;
      if (timeoutMs === undefined) continue;
      const remainingMs = this.sent.remainingMs(sent, timeoutMs);
      if (this.sent.isDone(sent) || remainingMs > 0) this.lookIn(Math.max(1, remainingMs));
      else this.timeOut(sent);
    }
  }
}
