import { nowMs } from '../../../platform/time/nowMs.ts';
import {
  clearImmediate,
  clearTimeout,
  setImmediate,
  setTimeout,
  type Immediate,
  type Timer,
} from '../../../platform/time/timers.ts';

/** Calls back when `start` has not been called for `ms`. A start sets no timer while one runs, since timers are slow. */
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

  /** Counts the time from now on. */
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
    // Node rounds a timer to milliseconds, and may fire less than one millisecond early.
    return setTimeout(() => {
      const leftMs = this.leftMs();
      if (leftMs > 0) this.timer = this.wait(leftMs);
      else this.immediate = setImmediate(this.check);
    }, Math.ceil(ms));
  }

  /** Runs after an event-loop turn, in which messages that came while this thread was blocked are received. */
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
