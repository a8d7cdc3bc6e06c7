import { newAbortController } from '../../platform/realms/newAbortController.ts';
import type { TaskContext } from '../../tasks/currentTask.ts';

/** The context of a running task in this thread. */
export class LocalTask implements TaskContext {
  readonly index: number;
  readonly attempt: number;
  /** Resolves when the promise that the task waits for has settled; undefined while it waits for none. */
  pending: Promise<unknown> | undefined;
  private controller: AbortController | undefined;

  constructor(index: number, attempt: number) {
    this.index = index;
    this.attempt = attempt;
  }

  /** Made on first use, since most tasks do not use it. */
  get signal(): AbortSignal {
    this.controller ??= newAbortController();
    return this.controller.signal;
  }

  abort(reason?: unknown): void {
    this.controller ??= newAbortController();
    this.controller.abort(reason);
  }

  /** Notes the promise that the task waits for. */
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
