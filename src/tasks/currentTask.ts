import type { AsyncStorage } from '../platform/context/AsyncStorage.ts';
import { newAsyncStorage } from '../platform/context/newAsyncStorage.ts';
import { perThread } from './perThread.ts';

/**
 * The context of a running task. In a worker, the next item uses the same object, so read its properties at once.
 *
 * @example Retry with a lower quality
 * ```ts
 * export const draw = (scene: string) => ({ scene, quality: currentTask()?.attempt === 1 ? 100 : 50 });
 * ```
 */
export interface TaskContext {
  /**
   * Aborts when the item is cancelled or exceeds its `timeout`. If the task then ends within `graceMs`, its worker is kept.
   */
  readonly signal: AbortSignal;
  /** The index of the item in the source, from 0. For a processor, the number of the batch, from 0. */
  readonly index: number;
  /** The number of this attempt at the item, from 1. */
  readonly attempt: number;
}

/**
 * Gives the context of the task that calls it, also after an `await`; undefined outside of a task.
 *
 * @example Stop a download when its item is cancelled
 * ```ts
 * export const load = (url: string) => fetch(url, { signal: currentTask()?.signal ?? null });
 * ```
 *
 * @returns The context. In a worker, all items of a message get the same object: read its properties before the first
 *   `await`.
 * @see {@link ParallelConfig.timeout} and {@link ParallelConfig.signal}, which abort its `signal`.
 */
export function currentTask(): TaskContext | undefined {
  const { several, single } = running();
  return several?.getStore() ?? single;
}

/** Sets the result of {@link currentTask}, if one task runs at a time. Cheap enough to be called for each item. */
export function setCurrentTask(context: TaskContext | undefined): void {
  running().single = context;
}

/**
 * Calls a function for which {@link currentTask} gives the context, also after an `await`: for a thread that runs several
 * tasks at once.
 */
export function runAsTask<T, Args extends readonly unknown[]>(
  context: TaskContext,
  task: (...args: Args) => T,
  ...args: Args
): T {
  const slots = running();
  // Created only when needed, since it makes every promise of the thread more expensive.
  slots.several ??= newAsyncStorage();
  return slots.several.run(context, task, ...args);
}

interface Running {
  single: TaskContext | undefined;
  several: AsyncStorage<TaskContext> | undefined;
}

let found: Running | undefined;

function running(): Running {
  return (found ??= perThread('currentTask', () => ({ single: undefined, several: undefined })));
}
