import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import type { AnyTask } from '../../../../tasks/Task.ts';
import type { ChunkMessage } from '../protocol/messages.ts';
import { Recent } from '../../../../util/collections/Recent.ts';

/** Names come from elsewhere: so many are remembered. */
const MAX_FOUND = 1024;

/** The tasks of this machine, by the names that cross: of the modules that it was given, and no others. */
export class TaskFinder {
  private readonly modules: ReadonlyMap<string, string>;
  private readonly found = new Recent<string, AnyTask>(MAX_FOUND);

  constructor(modules: ReadonlyMap<string, string>) {
    this.modules = modules;
  }

  /** The same object for the same task. @throws TaskLoadError if there is no such module. */
  get({ module, name, style }: ChunkMessage): AnyTask {
    const key = `${style} ${module} ${name}`;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const url = this.modules.get(module);
    if (url === undefined)
      throw new TaskLoadError(
        `a machine has no module "${module}" for the task ${name}: it has ${[...this.modules.keys()].join(', ') || 'none'}`,
      );
    const task: AnyTask = { origin: { kind: 'module', url, name }, style };
    this.found.set(key, task);
    return task;
  }
}
