import { explainReference } from '../../tasks/inline/explainReference.ts';
import { whileLoading } from '../../tasks/module/importGuard.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import type { TaskOrigin } from '../../tasks/Task.ts';

// Taken when the worker loads, since a task may replace it.
const complain = console.error.bind(console);

/** The function that a worker calls before it ends. */
export class Teardown {
  private origin: TaskOrigin | undefined;
  private call: (() => unknown) | undefined;

  /** @throws TaskLoadError if the function cannot be loaded. */
  async load(origin: TaskOrigin): Promise<void> {
    this.origin = origin;
    this.call = await whileLoading(origin, loadTask(origin));
  }

  /** Calls the function, at most once. Its error is printed, since nothing waits for a result. */
  async run(): Promise<void> {
    const { call, origin } = this;
    this.call = undefined;
    try {
      await call?.();
    } catch (error) {
      complain(
        'the teardown of a worker threw:',
        origin?.kind === 'source' ? explainReference(error, origin.name) : error,
      );
    }
  }
}
