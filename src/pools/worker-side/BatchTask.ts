import { newAbortController } from '../../platform/realms/newAbortController.ts';
import type { TaskContext } from '../../tasks/currentTask.ts';

/** What a task can learn of itself in a worker: one object per batch, since an object per item would cost more than a small task. */
export class BatchTask implements TaskContext {
  index = 0;
  attempt = 1;
  aborted = false;
  private controller: AbortController | undefined;

  /** Made only if somebody asks, since most tasks do not. */
  get signal(): AbortSignal {
    this.controller ??= newAbortController();
    if (this.aborted) this.controller.abort();
    return this.controller.signal;
  }

  /** Turns to another item, with a signal of its own: what those before listen to is over. */
  begin(index: number): void {
    this.index = index;
    this.controller = undefined;
  }

  abort(): void {
    this.aborted = true;
    this.controller?.abort();
  }
}
