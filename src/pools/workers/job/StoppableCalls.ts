import {
  clearImmediate,
  clearTimeout,
  setImmediate,
  setTimeout,
  type Immediate,
  type Timer,
} from '../../../platform/time/timers.ts';
import type { WorkerClient } from '../WorkerClient.ts';
import type { WorkerSlot } from '../WorkerSlot.ts';

/** What a task that listens to its signal needs to stop, in milliseconds. */
const USUALLY_STOPPED_MS = 10;
/** What a worker needs to boot, more or less, in milliseconds. */
const BOOT_MS = 80;
/** Milliseconds at least from the exit report of a worker to its exit: its exit handlers run, too. */
const EXIT_MS = 1000;

/** The calls of a job to its worker, one after the other: the one under way can be stopped, at the price of the worker. */
export class StoppableCalls {
  private readonly slot: WorkerSlot;
  private readonly isNextNeeded: () => boolean;
  private worker: WorkerClient | undefined;
  private batch = 0;
  private call: Promise<unknown> | undefined;
  private stopping: Promise<void> | undefined;
  /** Ends a worker that has reported its exit, and does not exit. */
  private exitTimer: Timer | undefined;

  /** @param isNextNeeded - Whether another worker is needed on the slot, should this one be killed. */
  constructor(slot: WorkerSlot, isNextNeeded: () => boolean) {
    this.slot = slot;
    this.isNextNeeded = isNextNeeded;
  }

  isCalling(): boolean {
    return this.call !== undefined;
  }

  /**
   * Waits for the end of a call, and of all that was done to stop it.
   *
   * @param batch - The batch that it is about, if it is about one.
   */
  async ask<T>(worker: WorkerClient, call: Promise<T>, batch = 0): Promise<T> {
    this.worker = worker;
    this.batch = batch;
    this.call = call;
    try {
      return await call;
    } finally {
      this.call = undefined;
      await this.stopping;
      this.stopping = undefined;
      if (this.exitTimer !== undefined) await worker.exited;
      clearTimeout(this.exitTimer);
      this.exitTimer = undefined;
    }
  }

  /** Tells the batch of the last call to stop, and kills the worker if it does not in time. Resolves when either is done. */
  stop(): Promise<void> {
    const { worker, batch, call } = this;
    return (this.stopping ??= worker === undefined ? Promise.resolve() : this.stopIn(worker, batch, call));
  }

  /** The worker has reported its exit: it is killed if it does not exit. */
  expectExit(): void {
    this.exitTimer = setTimeout(() => this.worker?.kill(), Math.max(this.slot.graceMs, EXIT_MS));
  }

  private stopIn(worker: WorkerClient, batch: number, call: Promise<unknown> | undefined): Promise<void> {
    const { slot } = this;
    let killed = false;
    let immediate: Immediate | undefined;
    const ahead = setTimeout(
      () => {
        if (this.isNextNeeded()) slot.startNext();
      },
      Math.max(USUALLY_STOPPED_MS, slot.graceMs - BOOT_MS),
    );
    const timer = setTimeout(() => {
      // Where this thread was blocked, messages that came meanwhile are received first.
      immediate = setImmediate(() => {
        killed = true;
        worker.kill();
      });
    }, slot.graceMs);
    return Promise.allSettled([worker.call('stop', batch), call]).then(async () => {
      clearTimeout(ahead);
      clearTimeout(timer);
      clearImmediate(immediate);
      // An answer may have been on its way: the worker dies all the same, and nobody else may get it.
      if (killed) await worker.exited;
      if (!worker.dead) slot.keep(worker);
    });
  }
}
