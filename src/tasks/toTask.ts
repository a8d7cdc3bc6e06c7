import { inspect } from '../platform/inspect.ts';
import { classAdvice, isClass } from './inline/isClass.ts';
import { nameOf } from './nameOf.ts';
import { sourceOf, type AnyFunction } from './inline/sourceOf.ts';
import { isTasks } from './tasks.ts';
import type { AnyTask, TaskOrigin, TaskStyle } from './Task.ts';

/**
 * Makes a task from any value that users may pass as one. The same function gives the same task, so that pools know which
 * tasks they have sent.
 *
 * @param task - A function, a class, or a task from {@link tasks}.
 * @param style - The way to call it.
 * @throws TypeError if it is neither, or a class that is to be called.
 */
export function toTask(task: AnyFunction | { readonly origin: TaskOrigin }, style: TaskStyle = 'item'): AnyTask {
  if (isTasks(task)) throw new TypeError('task is all of tasks(...): pick one of its exports, as in tasks(...).name');
  if (typeof task !== 'function' && !isTask(task)) {
    throw new TypeError(`task must be a function or come from tasks(...), not ${inspect(task)}`);
  }
  if (typeof task !== 'function' && task.style === style) return task;

  const known = made[style].get(task);
  if (known !== undefined) return known;

  if (typeof task === 'function' && style !== 'processor' && isClass(task))
    throw new TypeError(classAdvice(nameOf(task)));
  const styled = typeof task === 'function' ? inlineTask(task, style) : { ...task, style };
  made[style].set(task, styled);
  return styled;
}

const made: Record<TaskStyle, WeakMap<object, AnyTask>> = {
  item: new WeakMap(),
  spread: new WeakMap(),
  processor: new WeakMap(),
};

function isTask(task: unknown): task is AnyTask {
  const origin = typeof task === 'object' && task !== null && 'origin' in task ? task.origin : undefined;
  return typeof origin === 'object' && origin !== null && 'kind' in origin;
}

function inlineTask(task: AnyFunction, style: TaskStyle): AnyTask {
  let text: string | undefined;
  return {
    origin: {
      kind: 'source',
      name: nameOf(task),
      // Only pools that send tasks ask for it: a native function has none, and runs well in this thread.
      get text() {
        return (text ??= sourceOf(task));
      },
    },
    style,
    live: task as (...args: never[]) => unknown,
  };
}
