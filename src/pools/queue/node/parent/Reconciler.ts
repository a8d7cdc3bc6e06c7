import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import { every } from '../../engine/every.ts';
import { after } from '../../engine/after.ts';
import type { Exchange } from './Exchange.ts';
import type { Machines } from './Machines.ts';

/** The number of vanished chunks of a job after which something else than a machine of this library must be taking them. */
const MAX_VANISHED = 3;

/** Looks regularly for chunks that have vanished from the queue without a message, and for machines that serve it. */
export class Reconciler {
  private readonly exchange: Exchange;
  private readonly machines: Machines;
  private readonly answerMs: number;
  private readonly stops: readonly (() => void)[];
  private isFinding = false;
  private isAsking = false;

  /**
   * @param everyMs - The time between two looks, in milliseconds.
   * @param answerMs - The time that the engine may take to answer whether there are machines, in milliseconds.
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

  /** Marks vanished chunks. A mark in the own stream comes after all messages about the chunk, which may have finished. */
  private async findLost(): Promise<void> {
    const { pending, link, inbox } = this.exchange;
    const ids = pending.all.filter(([, { chunk }]) => chunk?.isAccepted === true).map(([id]) => id);
    if (this.isFinding || ids.length === 0) return;
    this.isFinding = true;
    try {
      const missing = (await link.findMissing(ids)).filter((id) => pending.get(id) !== undefined);
      if (missing.length > 0) await inbox.mark({ kind: 'mark', ids: missing });
    } catch {
      // The next look tries again.
    } finally {
      this.isFinding = false;
    }
  }

  private async checkServed(): Promise<void> {
    const { clock, limits, link, pending, names } = this.exchange;
    const { workersTimeoutMs } = limits;
    if (this.isAsking || !this.isQuiet()) return;
    this.isAsking = true;
    const late = after(clock, this.answerMs);
    try {
      const isServed = await Promise.race([link.isServed(), late.promise]);
      if (!this.isQuiet()) return;
      const reason = isServed === undefined ? 'the queue does not answer' : `no machine serves ${names.queue}`;
      for (const [, run] of pending.all)
        // A machine may serve the queue while something else takes the chunks.
        if (isServed !== true || run.vanished >= MAX_VANISHED)
          run.fail(new TaskLoadError(`${reason}: no message came for ${String(workersTimeoutMs)} ms`));
    } catch {
      // The next look asks again.
    } finally {
      late.cancel();
      this.isAsking = false;
    }
  }

  /** Whether a run waits and no message has come for `workersTimeoutMs`. */
  private isQuiet(): boolean {
    const { pending, clock, limits } = this.exchange;
    let sinceMs = Infinity;
    for (const [, run] of pending.all) sinceMs = Math.min(sinceMs, run.waitingSinceMs);
    return clock.now() - Math.max(this.machines.receivedAtMs, sinceMs) > limits.workersTimeoutMs;
  }
}
