import type { TaskOrigin, TaskStyle } from '../tasks/Task.ts';

/** Settings of a {@link ThreadPool} or {@link ProcessPool}. */
export interface WorkerPoolConfig<InitArgs extends readonly unknown[] = readonly unknown[]> {
  /** Number of workers, an integer from 0. 0 runs serially in this thread. @defaultValue the number of cores */
  readonly workers?: number;
  /** Milliseconds at least between two starts on this pool, whichever run they belong to, from 0. @defaultValue 0 */
  readonly pause?: number;
  /** Runs once in every worker, before its first item; may be async. If it throws, runs fail with a TaskLoadError. */
  readonly initializer?: Initializer<InitArgs>;
  /** What the initializer is called with. */
  readonly initArgs?: InitArgs;
  /** Milliseconds without work after which a worker is released, or Infinity. @defaultValue 5000 */
  readonly idleMs?: number;
  /** Milliseconds between asking a cancelled task to stop and killing its worker, from 0. @defaultValue 100 */
  readonly graceMs?: number;
  /** Milliseconds that a worker may take to boot, its initializer included. @defaultValue 30000 */
  readonly bootTimeout?: number;
  /** Megabytes of heap (of its old generation) that a worker may use. @defaultValue as Node decides */
  readonly memoryMb?: number;
  /** The environment variables of a worker. @defaultValue those of this process */
  readonly env?: Readonly<Record<string, string>>;
  /** Node's flags for a worker. @defaultValue those of this process, except what only concerns it, as `--inspect` */
  readonly execArgv?: readonly string[];
}

/** What prepares a worker: a function, or a task of a module. */
export type Initializer<InitArgs extends readonly unknown[]> =
  ((...args: InitArgs) => unknown) | { readonly origin: TaskOrigin; readonly style: TaskStyle };
