import { nowMs } from '../../../platform/time/nowMs.ts';
import {
  clearImmediate,
  clearTimeout,
  setImmediate,
  setTimeout,
  type Immediate,
  type Timer,
} from '../../../platform/time/timers.ts';
/** Calls back when nothing has been received for some time: one timer, which is set again only when it fires too early. */
export class Watchdog {
  private readonly ms: number;
  private readonly onTimeout: () => void;
  private startedAtMs = 0;
  private timer: Timer | undefined;
  private immediate: Immediate | undefined;

  constructor(ms: number, onTimeout: () => void) {
    this.ms = ms;
    this.onTimeout = onTimeout;
  }

  /** Counts from now. */
  start(): void {
    this.startedAtMs = nowMs();
    this.timer ??= this.wait(this.ms);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
  }

  private wait(ms: number): Timer {
    // Node rounds a timer to a millisecond, and may be early by less than one.
    return setTimeout(() => {
      const leftMs = this.leftMs();
      if (leftMs > 0) this.timer = this.wait(leftMs);
      else this.immediate = setImmediate(this.check);
    }, Math.ceil(ms));
  }

  /** After an event-loop turn, so that messages that came while this thread was blocked are received first. */
  private readonly check = (): void => {
    const leftMs = this.leftMs();
    if (leftMs > 0) this.timer = this.wait(leftMs);
    else {
      this.timer = undefined;
      this.onTimeout();
    }
  };

  private leftMs(): number {
    return this.startedAtMs + this.ms - nowMs();
  }
}
