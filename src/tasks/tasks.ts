import { moduleUrl } from './module/node/moduleUrl.ts';
import { perThread } from './perThread.ts';
import type { ProcessorClass, ProcessorTask } from './Processor.ts';
import type { Task } from './Task.ts';

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
export function tasks<M>(module: URL | string): Tasks<M> {
  const url = moduleUrl(module);
  const made = new Map<string, Task<never, unknown>>();

  const all = new Proxy(Object.freeze({}), {
    get: (_none, name) => {
      // `await` asks for `then`; printing and iterating ask for symbols.
      if (typeof name === 'symbol' || name === 'then') return undefined;

      const task = made.get(name) ?? { origin: { kind: 'module', url, name }, style: 'item' };
      made.set(name, task);
      return task;
    },
  });
  modules().add(all);
  return all as Tasks<M>;
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
