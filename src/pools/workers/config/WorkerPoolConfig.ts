import type { WorkerLike } from '../../../tasks/script/Script.ts';
import type { Task } from '../../../tasks/Task.ts';

/**
 * Options of a {@link ThreadPool} or {@link ProcessPool}.
 *
 * @example Prepare each worker, and replace it after a thousand items
 * ```ts
 * await using pool = new ThreadPool({
 *   initializer: (level: string) => {
 *     (globalThis as { level?: string }).level = level;
 *   },
 *   initArgs: ['debug'],
 *   maxTasksPerWorker: 1000,
 * });
 * ```
 *
 * @typeParam InitArgs - The arguments of the initializer. If omitted, `initArgs` is not type-checked.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the default allows any parameters.
export interface WorkerPoolConfig<InitArgs extends readonly unknown[] = readonly any[]> {
  /** The number of workers, an integer from 0. 0 runs tasks serially in this thread. @defaultValue the number of cores */
  readonly workers?: number;
  /**
   * The number of workers that are started with the pool and kept, even if they are idle, an integer from 0 to `workers`. One
   * that dies is replaced. They do not keep the process alive.
   *
   * @defaultValue 0
   */
  readonly minWorkers?: number;
  /** The name of the pool: in messages, in `stats()`, and for debuggers of threads. @defaultValue none */
  readonly name?: string;
  /** The minimum time between two starts on this pool, over all its runs, in milliseconds, from 0. @defaultValue 0 */
  readonly pause?: number;
  /**
   * A function that runs once in every worker, before its first item. It may be async. If it throws, runs fail with a
   * {@link TaskLoadError}.
   *
   * @defaultValue none
   */
  readonly initializer?: Initializer<InitArgs>;
  /** The arguments of the initializer; required if it has parameters. @defaultValue none */
  readonly initArgs?: Given<InitArgs>;
  /**
   * A function without arguments that runs in every worker before it ends: when it is released, replaced after its last item,
   * or closed with the pool, but not if it dies or is killed. It may be async, and has `bootTimeout` to end. If it throws, the
   * error is printed. With `workers: 0` it runs in this thread when the pool is closed.
   *
   * @defaultValue none
   */
  readonly teardown?: Teardown;
  /**
   * The number of items after which a worker is replaced, an integer from 1, or Infinity. Its successor is started while its
   * last items run. Use it for tasks that leak memory.
   *
   * @defaultValue Infinity
   */
  readonly maxTasksPerWorker?: number;
  /**
   * The time without work after which a worker is released, in milliseconds, from 0, or Infinity for never.
   *
   * @defaultValue 5000
   */
  readonly idleMs?: number;
  /**
   * The time that a cancelled task has to stop before its worker is killed, in milliseconds, from 0. Running items have the
   * same time to end when the pool is closed.
   *
   * @defaultValue 100
   */
  readonly graceMs?: number;
  /**
   * The time that a worker may take to boot and run its initializer, then again to load a task, and to run its teardown, in
   * milliseconds, more than 0. After that, runs fail with a {@link TaskLoadError}, and a worker that ends is killed.
   *
   * @defaultValue 30000
   */
  readonly bootTimeout?: number;
  /**
   * The heap that a worker may use (V8's old generation), in megabytes, an integer from 1. Buffers do not count. If a process
   * needs more, only that process dies. If a thread needs more, only that thread dies; but one large allocation, such as a
   * large Map, ends the whole program. A thread has at least 4.
   *
   * @defaultValue as Node decides
   */
  readonly memoryMb?: number;
  /** The environment variables of a worker. @defaultValue the variables of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Node's flags for a worker. @defaultValue the flags of this process, except those that concern only it, as `--inspect` */
  readonly execArgv?: readonly string[];
  /**
   * Starts a worker with a script that calls `serve` of `rxjs-parallel/worker`, for inline functions and for modules that are named
   * by a URL. In browsers only, for pages whose Content-Security-Policy forbids a worker from a text.
   *
   * @defaultValue a worker with the library's own script
   */
  readonly worker?: () => WorkerLike;
}

/**
 * The function that prepares a worker: an inline function, or a task of a module.
 *
 * @typeParam InitArgs - Its arguments.
 */
export type Initializer<InitArgs extends readonly unknown[]> =
  ((...args: InitArgs) => unknown) | TaskCalledWith<InitArgs>;

/** The function that a worker runs before it ends: an inline function, or a task of a module. It is called without arguments. */
export type Teardown = (() => unknown) | TaskCalledWith<[item: unknown]>;

/** A task whose item is the first argument. Only the types of the task tell the types of the arguments. */
type TaskCalledWith<InitArgs extends readonly unknown[]> = Pick<Task<never, unknown>, 'origin' | 'style'> &
  Readonly<Partial<Record<Types, (...args: InitArgs) => unknown>>>;

/** The key of a {@link Task} that holds its types. */
type Types = Exclude<keyof Task<never, unknown>, 'origin' | 'style' | 'live'>;

/** Requires `initArgs` if the initializer cannot be called without arguments. */
export type WithInitArgs<InitArgs extends readonly unknown[]> =
  [] extends Given<InitArgs> ? unknown : { readonly initArgs: Given<InitArgs> };

/**
 * The arguments that may be given. A task without an item is typed as a task of any item, so that item may be omitted.
 * `infer` makes TypeScript infer the types from the initializer alone, and not from `initArgs`.
 */
type Given<InitArgs extends readonly unknown[]> = InitArgs extends infer All extends readonly unknown[]
  ? All extends readonly [infer First, ...infer Rest]
    ? undefined extends First
      ? readonly [first?: First, ...rest: Rest]
      : Readonly<All>
    : Readonly<All>
  : never;
