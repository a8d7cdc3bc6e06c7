import { moduleUrl } from './module/node/moduleUrl.ts';
import { perThread } from './perThread.ts';
import type { ProcessorClass, ProcessorTask } from './Processor.ts';
import type { Script, WorkerLike } from './script/Script.ts';
import type { Task, TaskOrigin } from './Task.ts';
import { show } from '../util/check.ts';

/** The tasks of a module: a {@link Task} for each function, and a {@link ProcessorTask} for each class with a `process`. */
export type Tasks<M> = { readonly [Name in keyof M as TaskOf<M[Name]> extends never ? never : Name]: TaskOf<M[Name]> };

/**
 * Gives the exports of a module as tasks. This function does not load the module: each worker imports it.
 *
 * If a `.ts`, `.mts` or `.cts` module does not exist, workers import the `.js`, `.mjs` or `.cjs` file of the same name, and
 * the reverse, since compilers do not rewrite the URL. An export named `then` cannot be a task.
 *
 * @example
 * ```ts
 * const { clean } = tasks<typeof import('./clean.ts')>(new URL('./clean.ts', import.meta.url));
 *
 * rows$.pipe(parallelMap(clean));
 * ```
 *
 * @typeParam M - The type of the module, `typeof import('./clean.ts')`.
 * @param module - The URL of the module, or its absolute path: in CommonJS, `require.resolve('./clean')`. For a module of a
 *   package, `import.meta.resolve('@acme/jobs/clean')`, in CommonJS `require.resolve('@acme/jobs/clean')`.
 * @throws TypeError if `module` is something else, such as a relative path or the name of a package.
 * @see {@link TaskFunction} for what an exported function may be, {@link ProcessorClass} for a class.
 */
export function tasks<M>(module: URL | string): Tasks<M>;
/**
 * Gives the tasks that the script of a worker serves, by `serve` of `rxjs-parallel/worker`.
 *
 * Write the first argument as it is here: bundlers look for `new Worker(new URL(…, import.meta.url))`, and build the script.
 *
 * @example
 * ```ts
 * const { thumbnail } = tasks(
 *   () => new Worker(new URL('./images.worker.ts', import.meta.url), { type: 'module' }),
 *   () => import('./images.ts'),
 * );
 *
 * from(photos).pipe(parallelMap(thumbnail));
 * ```
 *
 * @typeParam M - The type of the module; inferred from `local`.
 * @param start - Starts a worker. It is called for each worker that a pool starts.
 * @param local - Imports the module of the tasks, where they run in this thread: with `workers: 0`, and where there are no
 *   workers. If omitted, such runs fail with a {@link TaskLoadError}.
 * @throws TypeError if an argument is something else.
 */
export function tasks<M extends object>(start: () => WorkerLike, local?: () => Promise<M>): Tasks<M>;
export function tasks(module: URL | string | (() => WorkerLike), local?: () => Promise<object>): object {
  const originOf = typeof module === 'function' ? servedBy(module, local) : exportedBy(module);
  const made = new Map<string, Task<never, unknown>>();

  const all = new Proxy(Object.freeze({}), {
    get: (_none, name) => {
      // `await` asks for `then`; printing and iterating ask for symbols.
      if (typeof name === 'symbol' || name === 'then') return undefined;

      const task = made.get(name) ?? { origin: originOf(name), style: 'item' };
      made.set(name, task);
      return task;
    },
  });
  modules().add(all);
  return all;
}

type OriginOf = (name: string) => TaskOrigin;

function exportedBy(module: URL | string): OriginOf {
  const url = moduleUrl(module);
  return (name) => ({ kind: 'module', url, name });
}

function servedBy(start: () => WorkerLike, local: unknown): OriginOf {
  if (local !== undefined && typeof local !== 'function')
    throw new TypeError(
      `the second argument must be a function that imports the module of the tasks, not ${show(local)}`,
    );
  const script: Script = { start, local: local as Script['local'] };
  return (name) => ({ kind: 'served', name, script });
}

const modules = (): WeakSet<object> => perThread('tasks', () => new WeakSet());

/** Whether a value is the result of {@link tasks}, and not one of its exports. */
export function isTasks(value: unknown): boolean {
  return typeof value === 'object' && value !== null && modules().has(value);
}

/* eslint-disable @typescript-eslint/no-explicit-any -- only `any` matches functions and classes of every type. */
type TaskOf<Export> =
  Export extends ProcessorClass<infer In, infer Out, infer Args>
    ? ProcessorTask<In, Out, Args>
    : Export extends (...args: infer Parameters) => infer Returned
      ? Parameters extends []
        ? Task<unknown, ResultOf<Returned>>
        : Parameters extends [item?: unknown, ...args: infer Args]
          ? Task<Parameters[0], ResultOf<Returned>, Args>
          : never
      : never;

/** What one call gives: each yield of a generator, the value of a promise, or the value itself. */
type ResultOf<Returned> = Returned extends {
  next: (...args: any) => unknown;
  [Symbol.iterator]: () => Iterator<infer Out>;
}
  ? Out
  : Returned extends { next: (...args: any) => unknown; [Symbol.asyncIterator]: () => AsyncIterator<infer Out> }
    ? Out
    : Awaited<Returned>;
/* eslint-enable @typescript-eslint/no-explicit-any */
