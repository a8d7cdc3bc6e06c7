/**
 * What all copies of this package in a thread share, made on first use. There may be several: a task can be of a
 * package that has a copy of its own.
 *
 * @param name - Tells it from others.
 * @param create - Makes it. Copies of other versions read it too, so it keeps its shape.
 */
export function perThread<T>(name: string, create: () => T): T {
  const key = Symbol.for(`rxjs-parallel.${name}`);
  const shared = globalThis as { [key]?: T };
  return (shared[key] ??= create());
}
