import { newAbortController } from '../../platform/realms/newAbortController.ts';
import type { TaskContext } from '../../tasks/currentTask.ts';

/** The context of a running task in a worker. One object per batch, since one per item would cost more than a small task. */
export class BatchTask implements TaskContext {
  index = 0;
  attempt = 1;
  aborted = false;
  private controller: AbortController | undefined;

  /** Made on first use, since most tasks do not use it. */
  get signal(): AbortSignal {
    this.controller ??= newAbortController();
    if (this.aborted) this.controller.abort();
    return this.controller.signal;
  }

  /** Begins the next item. It gets a signal of its own, since listeners of earlier items must not hear its abort. */
  begin(index: number): void {
    this.index = index;
    this.controller = undefined;
  }

  abort(): void {
    this.aborted = true;
    this.controller?.abort();
  }
}
