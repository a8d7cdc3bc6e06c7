import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import { every } from '../../engine/every.ts';
import { after } from '../../engine/after.ts';
import type { Exchange } from './Exchange.ts';
import type { Machines } from './Machines.ts';

/** So many chunks of a job have to leave the queue without a word before something else than a machine is blamed. */
const MAX_VANISHED = 3;

/** Looks at times for chunks that have left the queue without a word, and for machines. */
export class Reconciler {
  private readonly exchange: Exchange;
  private readonly machines: Machines;
  private readonly answerMs: number;
  private readonly stops: readonly (() => void)[];
  private isFinding = false;
  private isAsking = false;

  /**
   * @param everyMs - How often it looks.
   * @param answerMs - How long the engine may take to say whether there are machines.
   */
  constructor(exchange: Exchange, machines: Machines, everyMs: number, answerMs: number) {
    this.exchange = exchange;
    this.machines = machines;
    this.answerMs = answerMs;
    const { clock, limits } = exchange;
    this.stops = [
      every(clock, everyMs, () => void this.findLost()),
      every(clock, Math.min(everyMs, Math.max(1, limits.workersTimeoutMs / 4)), () => void this.checkServed()),
    ];
  }

  close(): void {
    for (const stop of this.stops) stop();
  }

  /** A job that an operator has removed is as gone as one that has finished: the mark comes after all that was said of it. */
  private async findLost(): Promise<void> {
    const { pending, link, inbox } = this.exchange;
    const ids = pending.all.filter(([, { chunk }]) => chunk?.isAccepted === true).map(([id]) => id);
    if (this.isFinding || ids.length === 0) return;
    this.isFinding = true;
    try {
      const missing = (await link.findMissing(ids)).filter((id) => pending.get(id) !== undefined);
      if (missing.length > 0) await inbox.mark({ kind: 'mark', ids: missing });
    } catch {
      // It looks again.
    } finally {
      this.isFinding = false;
    }
  }

  private async checkServed(): Promise<void> {
    const { clock, limits, link, pending, place } = this.exchange;
    const { workersTimeoutMs } = limits;
    if (this.isAsking || !this.isQuiet()) return;
    this.isAsking = true;
    const late = after(clock, this.answerMs);
    try {
      const isServed = await Promise.race([link.isServed(), late.promise]);
      if (!this.isQuiet()) return;
      const reason = isServed === undefined ? 'the queue does not answer' : `no machine serves ${place.queue}`;
      for (const [, run] of pending.all)
        // Something that is no machine may take the chunks.
        if (isServed !== true || run.vanished >= MAX_VANISHED)
          run.fail(new TaskLoadError(`${reason}: nothing was heard for ${String(workersTimeoutMs)} ms`));
    } catch {
      // It asks again.
    } finally {
      late.cancel();
      this.isAsking = false;
    }
  }

  /** Whether nothing was heard for too long, although there was something to hear. */
  private isQuiet(): boolean {
    const { pending, clock, limits } = this.exchange;
    let sinceMs = Infinity;
    for (const [, run] of pending.all) sinceMs = Math.min(sinceMs, run.waitingSinceMs);
    return clock.now() - Math.max(this.machines.heardAtMs, sinceMs) > limits.workersTimeoutMs;
  }
}
