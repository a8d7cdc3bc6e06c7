import { callable } from '../../tasks/callable.ts';
import type { CodedError } from '../../tasks/errors/CodedError.ts';
import { TaskLoadError } from '../../tasks/errors/errors.ts';
import { explainReference } from '../../tasks/inline/explainReference.ts';
import { whileLoading } from '../../tasks/module/importGuard.ts';
import { loadTask } from '../../tasks/module/loadTask.ts';
import type { TaskOrigin } from '../../tasks/Task.ts';
import { messageOf } from '../../util/messageOf.ts';
import type { BootRequest, Loaded, OpenRequest } from '../wire/messages.ts';
import type { OpenTask } from './CallServer.ts';
import { Teardown } from './Teardown.ts';

/** Loads the tasks of runs, and the initializer and the teardown of the pool. */
export class TaskLoader {
  /** Whether something is being loaded, or the initializer runs. */
  isLoading = false;
  private readonly encode: (thrown: unknown) => CodedError;
  private readonly opened = new Map<number, OpenTask>();
  private readonly ending = new Teardown();

  constructor(encode: (thrown: unknown) => CodedError) {
    this.encode = encode;
  }

  async boot({ initializer, initArgs, teardown }: BootRequest): Promise<Loaded> {
    const initialized = await this.answer('the initializer threw', initializer, 'initArgs', async () => {
      if (initializer === undefined) return;
      const loaded = await whileLoading(initializer, loadTask(initializer));
      await loaded(...initArgs);
    });
    if (!initialized.ok || teardown === undefined) return initialized;
    return await this.answer('the teardown could not be loaded', teardown, 'args', () => this.ending.load(teardown));
  }

  teardown(): Promise<void> {
    return this.ending.run();
  }

  open({ run, origin, style, args }: OpenRequest): Promise<Loaded> {
    return this.answer(`task ${origin.name} could not be made ready`, origin, 'args', async () => {
      const loaded = await whileLoading(origin, loadTask(origin));
      this.opened.set(run, {
        call: callable(loaded, style, args),
        name: origin.name,
        inline: origin.kind === 'source',
      });
    });
  }

  taskOf(run: number): OpenTask | undefined {
    return this.opened.get(run);
  }

  forget(runs: readonly number[]): void {
    for (const run of runs) this.opened.delete(run);
  }

  private async answer(
    failure: string,
    origin: TaskOrigin | undefined,
    option: string,
    work: () => Promise<void>,
  ): Promise<Loaded> {
    this.isLoading = true;
    try {
      await work();
      return { ok: true };
    } catch (error) {
      if (error instanceof TaskLoadError) return { ok: false, message: error.message, cause: this.encode(error.cause) };

      const cause = origin?.kind === 'source' ? explainReference(error, origin.name, option) : error;
      return { ok: false, message: `${failure}: ${messageOf(cause)}`, cause: this.encode(cause) };
    } finally {
      this.isLoading = false;
    }
  }
}
