import type { Script } from './script/Script.ts';

/**
 * The function that runs for each item: sync, async, a generator or an async generator.
 *
 * An inline function is sent to workers as its source text. It can use its arguments, the globals of the worker, and
 * `currentTask` and `transfer` of `rxjs-parallel/worker`. It cannot use `this`, imports and the variables around it.
 *
 * @example The arguments after the item come from `args`
 * ```ts
 * import type { TaskFunction } from 'rxjs-parallel';
 *
 * const scale: TaskFunction<number, number, [factor: number]> = (n, factor) => n * factor;
 * const scaled = await parallel(scale, [1, 2, 3], { args: [10] });
 * ```
 *
 * @typeParam In - One item of the source.
 * @typeParam Out - One result; a generator gives several.
 * @typeParam Args - The arguments after the item.
 */
export type TaskFunction<In, Out, Args extends readonly unknown[] = []> = (
  item: In,
  ...args: Args
) => Out | PromiseLike<Out> | Generator<Out> | AsyncGenerator<Out>;

/** The place where a worker finds a task: an export of a module, the source text of a function, or its own script. */
export type TaskOrigin =
  | { readonly kind: 'module'; readonly url: string; readonly name: string }
  | { readonly kind: 'source'; readonly text: string; readonly name: string }
  | ServedOrigin;

/** A task that the script of a worker serves. */
export interface ServedOrigin {
  readonly kind: 'served';
  readonly name: string;
  /** How workers with this script are started. A message to such a worker goes without it. */
  readonly script?: Script;
  /** The URL of the script, in a message to a worker that imports scripts. */
  readonly url?: string;
}

/**
 * The way to call a task. `'item'`: with the item, then `args`. `'spread'`: with the elements of the item as arguments.
 * `'processor'`: the task is a class; each worker makes one instance per run, and calls its `process` with each batch.
 */
export type TaskStyle = 'item' | 'spread' | 'processor';

/**
 * A task from {@link tasks}: an export of a module that each worker imports.
 *
 * @example Pass a task to a function
 * ```ts
 * import type { Task } from 'rxjs-parallel';
 *
 * const { clean } = tasks<typeof import('./clean.ts')>(new URL('./clean.ts', import.meta.url));
 * const cleanAll = (task: Task<string, string>) => rows$.pipe(parallelMap(task, { ordered: true }));
 * cleanAll(clean).subscribe(([, row]) => console.log(row));
 * ```
 *
 * @typeParam In - One item of the source.
 * @typeParam Out - One result.
 * @typeParam Args - The arguments after the item.
 */
export interface Task<In, Out, Args extends readonly unknown[] = []> {
  /** Where a worker finds it. */
  readonly origin: TaskOrigin;
  /** The way to call it. */
  readonly style: TaskStyle;
  /** The function itself, for pools of this thread. */
  readonly live?: (...args: never[]) => unknown;
  /**
   * The types of the task; it does not exist at run time. Its name is a string and not a symbol, so that the ES module and
   * the CommonJS module of this library accept each other's tasks.
   */
  readonly '~types'?: (item: In, ...args: Args) => Out;
}

/** A task with any item, result and arguments. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- only `any` allows every type of item and argument.
export type AnyTask = Task<any, any, any>;
