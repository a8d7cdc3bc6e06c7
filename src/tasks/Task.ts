/**
 * The function that runs for each item: sync, async, a generator or an async generator.
 *
 * Written in place, it is sent to workers as its source text. It sees its arguments, what is global there, and
 * `currentTask` and `transfer` of `rxjs-parallel/worker`; `this`, imports and the variables around it stay behind.
 *
 * @example What is passed after the item comes from `args`
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

/** Where a worker finds a task: an export of a module, or the text of a function. */
export type TaskOrigin =
  | { readonly kind: 'module'; readonly url: string; readonly name: string }
  | { readonly kind: 'source'; readonly text: string; readonly name: string };

/**
 * How a task is called: with the item and the arguments; with the item spread as its arguments; or, for a class, by
 * making one instance per worker and run, and calling its `process` with each batch.
 */
export type TaskStyle = 'item' | 'spread' | 'processor';

/**
 * A named task, made by {@link tasks}: an export of a module that each worker imports for itself.
 *
 * @example A task that is handed on
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
  /** How it is called. */
  readonly style: TaskStyle;
  /** The function itself, for pools of this thread. */
  readonly live?: (...args: never[]) => unknown;
  /** Its types; never there at run time. By name, so that what is imported and what is required take each other's tasks. */
  readonly '~types'?: (item: In, ...args: Args) => Out;
}

/** A task of any type, as the path of an item sees it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any task is one, whatever it takes: that is what `any` says.
export type AnyTask = Task<any, any, any>;
