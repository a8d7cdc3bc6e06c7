import { nowMs } from '../../platform/nowMs.ts';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from '../../platform/timers.ts';
/** Calls back when nothing has been heard for some time: one timer, which is set again only when it rings too early. */
export class Stopwatch {
  private readonly ms: number;
  private readonly ring: () => void;
  private startedAtMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private last: NodeJS.Immediate | undefined;

  constructor(ms: number, ring: () => void) {
    this.ms = ms;
    this.ring = ring;
  }

  /** Counts from now. */
  start(): void {
    this.startedAtMs = nowMs();
    this.timer ??= this.wait(this.ms);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.last);
    this.timer = undefined;
  }

  private wait(ms: number): NodeJS.Timeout {
    // Node rounds a timer to a millisecond, and may be early by less than one.
    return setTimeout(() => {
      const leftMs = this.leftMs();
      if (leftMs > 0) this.timer = this.wait(leftMs);
      else this.last = setImmediate(this.check);
    }, Math.ceil(ms));
  }

  /** After a turn, so that messages that came while this thread was blocked are heard first. */
  private readonly check = (): void => {
    const leftMs = this.leftMs();
    if (leftMs > 0) this.timer = this.wait(leftMs);
    else {
      this.timer = undefined;
      this.ring();
    }
  };

  private leftMs(): number {
    return this.startedAtMs + this.ms - nowMs();
  }
}
