import { newAbortController } from '../../platform/realms/newAbortController.ts';
import type { TaskContext } from '../../tasks/currentTask.ts';

/** What a task in this thread can learn of itself, and what can be told to it. */
export class LocalTask implements TaskContext {
  readonly index: number;
  readonly attempt: number;
  /** Settles, never rejecting, when what the task waits for has settled; undefined while it waits for nothing. */
  pending: Promise<unknown> | undefined;
  private controller: AbortController | undefined;

  constructor(index: number, attempt: number) {
    this.index = index;
    this.attempt = attempt;
  }

  /** Made only if somebody asks, since most tasks do not. */
  get signal(): AbortSignal {
    this.controller ??= newAbortController();
    return this.controller.signal;
  }

  abort(reason?: unknown): void {
    this.controller ??= newAbortController();
    this.controller.abort(reason);
  }

  /** Notes what the task waits for. */
  wait(result: PromiseLike<unknown>): Promise<unknown> {
    const waited = Promise.resolve(result);
    const settled = waited.then(
      () => (this.pending = undefined),
      () => (this.pending = undefined),
    );
    this.pending = settled;
    return waited;
  }
}
