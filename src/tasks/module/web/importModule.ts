import { messageOf } from '../../../util/messageOf.ts';
import { TaskLoadError } from '../../errors/errors.ts';

/**
 * Imports the module of a task.
 *
 * @param url - Its URL.
 * @param name - The name of the task, for the message of an error.
 * @throws TaskLoadError if it cannot be imported.
 */
export async function importModule(url: string, name: string): Promise<object> {
  try {
    return (await import(url)) as object;
  } catch (cause) {
    throw new TaskLoadError(`cannot load the task "${name}" of ${url}: ${messageOf(cause)}`, { cause });
  }
}
