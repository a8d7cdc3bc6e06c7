import { nowMs } from '../../../platform/time/nowMs.ts';
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

/** The usual time in which a task that listens to its signal stops, in milliseconds. */
const USUALLY_STOPPED_MS = 10;
/** The approximate time in which a worker boots, in milliseconds. */
const BOOT_MS = 80;
/** The minimum time that a worker has between its exit report and its exit, for its exit handlers, in milliseconds. */
const EXIT_MS = 1000;

/** The calls of a job to its worker, one after the other. The running call can be stopped, at worst by killing the worker. */
export class StoppableCalls {
  private readonly slot: WorkerSlot;
  private readonly isNextNeeded: () => boolean;
  private worker: WorkerClient | undefined;
  private batch = 0;
  private call: Promise<unknown> | undefined;
  private stopping: Promise<void> | undefined;
  /** Shortens the time after which the worker is killed, while it is told to stop. */
  private bound: ((graceMs: number) => void) | undefined;
  /** Kills a worker that has reported its exit and does not exit. */
  private exitTimer: Timer | undefined;

  /** @param isNextNeeded - Whether the slot needs another worker if this one is killed. */
  constructor(slot: WorkerSlot, isNextNeeded: () => boolean) {
    this.slot = slot;
    this.isNextNeeded = isNextNeeded;
  }

  isCalling(): boolean {
    return this.call !== undefined;
  }

  /**
   * Waits for the end of a call, and for the end of `stop` if that was called.
   *
   * @param batch - The number of the batch that the call belongs to, or 0.
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

  /**
   * Tells the batch of the last call to stop, and kills the worker after `graceMs`. Resolves when either is done. A later call
   * can only shorten the time: a task that is late is ended also if its run is cancelled then.
   */
  stop(graceMs = this.slot.graceMs): Promise<void> {
    const { worker, batch, call } = this;
    if (this.bound !== undefined) this.bound(graceMs);
    return (this.stopping ??= worker === undefined ? Promise.resolve() : this.stopIn(worker, batch, call, graceMs));
  }

  /** The worker has reported its exit. It is killed if it does not exit in time. */
  expectExit(): void {
    this.exitTimer = setTimeout(() => this.worker?.kill(), Math.max(this.slot.graceMs, EXIT_MS));
  }

  private stopIn(
    worker: WorkerClient,
    batch: number,
    call: Promise<unknown> | undefined,
    firstGraceMs: number,
  ): Promise<void> {
    const { slot } = this;
    let killed = false;
    let immediate: Immediate | undefined;
    let ahead: Timer | undefined;
    let timer: Timer | undefined;
    let killAtMs = Infinity;
    const clear = (): void => {
      clearTimeout(ahead);
      clearTimeout(timer);
      clearImmediate(immediate);
    };
    this.bound = (graceMs) => {
      if (nowMs() + graceMs >= killAtMs) return;
      killAtMs = nowMs() + graceMs;
      clear();
      ahead = setTimeout(
        () => {
          if (this.isNextNeeded()) slot.startNext();
        },
        Math.max(USUALLY_STOPPED_MS, graceMs - BOOT_MS),
      );
      timer = setTimeout(() => {
        // If this thread was blocked, it first receives the messages that came meanwhile.
        immediate = setImmediate(() => {
          killed = true;
          worker.kill();
        });
      }, graceMs);
    };
    this.bound(firstGraceMs);
    return Promise.allSettled([worker.call('stop', batch), call]).then(async () => {
      clear();
      this.bound = undefined;
      // An answer that was on its way does not save the worker: wait for its exit, so that no other job gets it.
      if (killed) await worker.exited;
      if (!worker.dead) slot.keep(worker);
    });
  }
}
