import { runInRootContext } from '../../../platform/context/asyncContext.ts';
import { nowMs } from '../../../platform/time/nowMs.ts';
import { clearTimeout, setImmediate, setTimeout } from '../../../platform/time/timers.ts';
import { RECALL, STOP } from '../../wire/callMessages.ts';
import type { WorkerClient } from '../WorkerClient.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';
import { linkOf } from './linkOf.ts';
import type { SentCall } from './SentCall.ts';
import type { SentCalls } from './SentCalls.ts';

/** Tells the tasks of calls to stop, ends a worker whose task does not stop in time, and recalls calls that wait. */
export class CallStops {
  private readonly slot: WorkerSlot;
  private readonly worker: WorkerClient;
  private readonly sent: SentCalls;
  private count = 0;
  /** The calls with lower numbers were recalled, or have begun. */
  private recalledBefore = 0;

  constructor(slot: WorkerSlot, worker: WorkerClient, sent: SentCalls) {
    this.slot = slot;
    this.worker = worker;
    this.sent = sent;
  }

  /** Whether a call was told to stop, and has not ended. */
  get areOpen(): boolean {
    return this.count > 0;
  }

  /** Tells a call to stop. False if it was told before. */
  tell(sent: SentCall): boolean {
    if (sent.isStopped) return false;
    sent.isStopped = true;
    this.count += 1;
    linkOf(this.worker).send([STOP, sent.number]);
    return true;
  }

  /** Asks a worker without shared memory for the calls that it has not begun, each once. */
  recall(): void {
    const { sent } = this;
    const link = linkOf(this.worker);
    if (link.cells !== undefined) return;
    const first = sent.all.find((one) => one.number >= this.recalledBefore && !sent.hasBegun(one));
    if (first === undefined) return;
    this.recalledBefore = link.next;
    link.send([RECALL, first.number]);
  }

  /** Ends the worker if a call that was told to stop does not. A later limit can only be shorter. */
  bound(sent: SentCall, graceMs: number): void {
    const killAtMs = nowMs() + graceMs;
    // One that waits in a process cannot be taken back, and runs for no time.
    if (killAtMs >= sent.killAtMs || !this.sent.hasBegun(sent)) return;
    sent.killAtMs = killAtMs;
    if (sent.grace !== undefined) clearTimeout(sent.grace);
    sent.grace = runInRootContext(() =>
      setTimeout(() => {
        setImmediate(() => {
          if (!this.sent.has(sent)) return;
          this.slot.startNext();
          this.worker.kill();
        });
      }, graceMs).unref(),
    );
  }

  /** The worker is done with a call. */
  end(sent: SentCall): void {
    sent.end();
    if (!sent.isStopped) return;
    this.count -= 1;
    if (this.count === 0 && !this.worker.dead) this.slot.keep(this.worker);
  }
}
