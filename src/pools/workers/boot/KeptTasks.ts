import type { AnyTask } from '../../../tasks/Task.ts';
import type { OpenedRun } from '../OpenTasks.ts';

/** The maximum number of tasks that a worker keeps loaded after their runs. */
const MAX_TASKS = 64;
/** The longest text of an inline function that is kept, in characters: the texts stay in memory here, too. */
const MAX_TEXT = 4096;

/** The key of each task: the same for tasks that were written alike; undefined for a task that is not kept. */
const keys = new WeakMap<AnyTask, string | undefined>();

/**
 * The tasks that a worker keeps loaded after their runs, so that a later run of the same task need not load it. These are tasks
 * in which no run can leave a trace: functions without arguments. The one that was used least recently goes first.
 */
export class KeptTasks {
  private readonly numbers = new Map<string, number>();

  /** Whether the task of a run outlives it in workers. */
  static keeps({ task, args }: OpenedRun): boolean {
    return args.length === 0 && keyOf(task) !== undefined;
  }

  /**
   * The number of a task that is kept, the same for all its runs.
   *
   * @param next - Makes a new number.
   * @param drop - Is given the number of a task that is not kept any more.
   */
  numberOf({ task }: OpenedRun, next: () => number, drop: (number: number) => void): number {
    const { numbers } = this;
    const key = keyOf(task) as string;
    const number = numbers.get(key) ?? next();
    numbers.delete(key);
    numbers.set(key, number);
    if (numbers.size > MAX_TASKS)
      for (const [oldest, dropped] of numbers) {
        numbers.delete(oldest);
        drop(dropped);
        break;
      }
    return number;
  }
}

function keyOf(task: AnyTask): string | undefined {
  if (!keys.has(task)) keys.set(task, makeKey(task));
  return keys.get(task);
}

/** Only the URL of a module, or the text of a function, tells tasks apart: a script may serve anything under a name. */
function makeKey({ origin, style }: AnyTask): string | undefined {
  if (style === 'processor') return undefined;
  switch (origin.kind) {
    case 'module':
      return JSON.stringify([style, origin.name, 'module', origin.url]);
    case 'source':
      return origin.text.length > MAX_TEXT ? undefined : JSON.stringify([style, origin.name, 'source', origin.text]);
    case 'served':
      return undefined;
  }
}
