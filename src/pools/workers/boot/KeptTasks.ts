import type { AnyTask } from '../../../tasks/Task.ts';
import type { OpenedRun } from '../OpenTasks.ts';

/** The maximum number of tasks that a worker keeps loaded after their runs. */
const MAX_TASKS = 64;
/** The longest text of an inline function that is kept, in characters: the texts stay in memory here, too. */
const MAX_TEXT = 4096;

/** The text that names each task, which tasks that were written alike have in common. */
const names = new WeakMap<AnyTask, string>();

/**
 * The tasks that a worker keeps loaded after their runs, so that a later run of the same task need not load it. These are tasks
 * in which no run can leave a trace: functions without arguments. The one that was used least recently goes first.
 */
export class KeptTasks {
  private readonly numbers = new Map<string, number>();

  /** Whether the task of a run outlives it in workers. */
  static keeps({ task, args }: OpenedRun): boolean {
    if (args.length > 0 || task.style === 'processor') return false;
    const { origin } = task;
    // A script serves what it likes under a name: only the URL of a module, or the text of a function, tells tasks apart.
    return origin.kind === 'module' || (origin.kind === 'source' && origin.text.length <= MAX_TEXT);
  }

  /**
   * The number of a task, the same for all its runs.
   *
   * @param next - Makes a new number.
   * @param drop - Is given the number of a task that is not kept any more.
   */
  numberOf({ task }: OpenedRun, next: () => number, drop: (number: number) => void): number {
    const { numbers } = this;
    const name = nameOf(task);
    const number = numbers.get(name) ?? next();
    numbers.delete(name);
    numbers.set(name, number);
    if (numbers.size > MAX_TASKS)
      for (const [oldest, dropped] of numbers) {
        numbers.delete(oldest);
        drop(dropped);
        break;
      }
    return number;
  }
}

function nameOf(task: AnyTask): string {
  const known = names.get(task);
  if (known !== undefined) return known;
  const { origin, style } = task;
  const where = origin.kind === 'source' ? origin.text : origin.kind === 'module' ? origin.url : '';
  const name = [style, origin.kind, origin.name, where].join(' ');
  names.set(task, name);
  return name;
}
