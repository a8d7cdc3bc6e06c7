import type { AsyncStorage } from '../platform/AsyncStorage.ts';
import { newAsyncStorage } from '../platform/newAsyncStorage.ts';
import { perThread } from './perThread.ts';

/**
 * What a task can know of its own run. Read what you need at once: in a worker, the next item uses the same object.
 *
 * @example Retry with less
 * ```ts
 * export const draw = (scene: string) => ({ scene, quality: currentTask()?.attempt === 1 ? 100 : 50 });
 * ```
 */
export interface TaskContext {
  /** Aborts when the item was cancelled or took too long; a task that ends soon after it keeps its worker. */
  readonly signal: AbortSignal;
  /** The position of the item in the source, from 0; of a processor the number of the batch. */
  readonly index: number;
  /** Which try this is, from 1. */
  readonly attempt: number;
}

/**
 * The run of the task that calls it, also after an `await`; undefined outside a task.
 *
 * @example Stop a download when nobody wants it any more
 * ```ts
 * export const load = (url: string) => fetch(url, { signal: currentTask()?.signal ?? null });
 * ```
 *
 * @returns In a worker the same object for all items of a message: what is needed after an `await` is read before it.
 * @see {@link ParallelConfig.timeout} and {@link ParallelConfig.signal}, by which its `signal` aborts.
 */
export function currentTask(): TaskContext | undefined {
  const { several, single } = running();
  return several?.getStore() ?? single;
}

/** Sets what {@link currentTask} gives, where one task runs at a time. Cheap enough to be called for each item. */
export function setCurrentTask(context: TaskContext | undefined): void {
  running().single = context;
}

/** Calls a function in whose course, also when it awaits, {@link currentTask} gives the context: for a thread that runs several tasks at once. */
export function runAsTask<T>(context: TaskContext, task: () => T): T {
  const slots = running();
  // Not before it is needed, since it makes every promise of the thread dearer.
  slots.several ??= newAsyncStorage();
  return slots.several.run(context, task);
}

interface Running {
  single: TaskContext | undefined;
  several: AsyncStorage<TaskContext> | undefined;
}

let found: Running | undefined;

function running(): Running {
  return (found ??= perThread('currentTask', () => ({ single: undefined, several: undefined })));
}
