import { nowMs } from '../../../platform/time/nowMs.ts';
import { withTimeout } from '../boot/withTimeout.ts';
import type { WorkerClient } from '../WorkerClient.ts';

/** The beginning of a batch in the worker. */
export class Begin {
  /** When the worker has told it. */
  atMs: number | undefined;
  /** Whether it took too long, and the worker was killed. */
  hasTimedOut = false;
  private readonly begun: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor() {
    this.begun = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  get isKnown(): boolean {
    return this.atMs !== undefined;
  }

  tell(): void {
    this.atMs = nowMs();
    this.resolve();
  }

  /** Kills a worker that neither begins in time nor ends its batch. */
  async limit(call: Promise<unknown>, ms: number, worker: WorkerClient): Promise<void> {
    if ((await withTimeout(Promise.race([this.begun, call]), ms)) !== 'timeout') return;
    this.hasTimedOut = true;
    worker.kill();
  }
}
