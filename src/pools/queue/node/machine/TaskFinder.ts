import { TaskLoadError } from '../../../../tasks/errors/errors.ts';
import type { AnyTask } from '../../../../tasks/Task.ts';
import type { ChunkMessage } from '../protocol/messages.ts';
import { Recent } from '../../../../util/collections/Recent.ts';

/** The maximum number of remembered tasks. Their names come from messages, so their number is not limited otherwise. */
const MAX_FOUND = 1024;

/** Finds tasks by their names in messages, only in the modules that this machine was given. */
export class TaskFinder {
  private readonly modules: ReadonlyMap<string, string>;
  private readonly found = new Recent<string, AnyTask>(MAX_FOUND);

  constructor(modules: ReadonlyMap<string, string>) {
    this.modules = modules;
  }

  /** The task of a chunk, mostly the same object for the same task. @throws TaskLoadError if there is no such module. */
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
