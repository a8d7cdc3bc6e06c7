import type { Task } from '../../tasks/Task.ts';

/**
 * Settings of a {@link ThreadPool} or {@link ProcessPool}.
 *
 * @example A worker that is prepared, and replaced before it has grown too large
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
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any initializer is one, whatever it takes.
export interface WorkerPoolConfig<InitArgs extends readonly unknown[] = readonly any[]> {
  /** Number of workers, an integer from 0. 0 runs serially in this thread. @defaultValue the number of cores */
  readonly workers?: number;
  /** Milliseconds at least between two starts on this pool, whichever run they belong to, from 0. @defaultValue 0 */
  readonly pause?: number;
  /**
   * Runs once in every worker, before its first item; may be async. If it throws, runs fail with a TaskLoadError.
   *
   * @defaultValue none
   */
  readonly initializer?: Initializer<InitArgs>;
  /** What the initializer is called with; required where it takes something. @defaultValue none */
  readonly initArgs?: Given<InitArgs>;
  /**
   * How many items a worker is given at most, an integer from 1, or Infinity; then another one takes its place, which is
   * started while the last of them run. For tasks that leak.
   *
   * @defaultValue Infinity
   */
  readonly maxTasksPerWorker?: number;
  /** Milliseconds without work after which a worker is released, from 0, or Infinity for never. @defaultValue 5000 */
  readonly idleMs?: number;
  /**
   * Milliseconds between asking a cancelled task to stop and killing its worker, from 0; and what running items are given
   * when the pool is closed.
   *
   * @defaultValue 100
   */
  readonly graceMs?: number;
  /**
   * Milliseconds, more than 0, that a worker may take to boot, its initializer included, and then to load a task. After that
   * runs fail with a TaskLoadError.
   *
   * @defaultValue 30000
   */
  readonly bootTimeout?: number;
  /**
   * Megabytes of heap (of its old generation) that a worker may use, an integer from 1; buffers do not count. A process that
   * needs more dies alone. So does a thread, unless it asks for much at once, as a large Map does: that ends the whole program.
   *
   * @defaultValue as Node decides
   */
  readonly memoryMb?: number;
  /** The environment variables of a worker. @defaultValue those of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Node's flags for a worker. @defaultValue those of this process, except what only concerns it, as `--inspect` */
  readonly execArgv?: readonly string[];
}

/**
 * The function that prepares a worker, or a task of a module.
 *
 * @typeParam InitArgs - What it is called with.
 */
export type Initializer<InitArgs extends readonly unknown[]> =
  ((...args: InitArgs) => unknown) | TaskCalledWith<InitArgs>;

/** A task whose item is the first of the arguments: its types are all that says what these are. */
type TaskCalledWith<InitArgs extends readonly unknown[]> = Pick<Task<never, unknown>, 'origin' | 'style'> &
  Readonly<Partial<Record<Types, (...args: InitArgs) => unknown>>>;

/** Where a {@link Task} has its types. */
type Types = Exclude<keyof Task<never, unknown>, 'origin' | 'style' | 'live'>;

/** Requires `initArgs` where the initializer cannot be called without. */
export type WithInitArgs<InitArgs extends readonly unknown[]> =
  [] extends Given<InitArgs> ? unknown : { readonly initArgs: Given<InitArgs> };

/**
 * The arguments as they may be given. A task that takes no item is typed as one of anything: such an item may be left out.
 * Only the initializer says what they are: `infer` keeps `initArgs` from having a say.
 */
type Given<InitArgs extends readonly unknown[]> = InitArgs extends infer All extends readonly unknown[]
  ? All extends readonly [infer First, ...infer Rest]
    ? undefined extends First
      ? readonly [first?: First, ...rest: Rest]
      : Readonly<All>
    : Readonly<All>
  : never;
