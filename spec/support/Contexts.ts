import { AsyncLocalStorage } from 'node:async_hooks';

/** Async contexts that can be told apart: stores of an AsyncLocalStorage, or zones. */
export interface Contexts {
  /** Makes a call in the context of a name. */
  run<T>(name: string, call: () => T): T;
  /** The name of the context that calls. */
  current(): string;
}

/** Contexts of Node. */
export function storeContexts(): Contexts {
  const storage = new AsyncLocalStorage<string>();
  return {
    run: (name, call) => storage.run(name, call),
    current: () => storage.getStore() ?? 'none',
  };
}

/** By the names of callbacks, the contexts in which they were called. */
export type Sightings = Readonly<Record<string, readonly string[]>>;

/** Notes in which contexts callbacks are called. */
export class Witness {
  private readonly contexts: Contexts;
  private readonly seen = new Map<string, Set<string>>();

  constructor(contexts: Contexts) {
    this.contexts = contexts;
  }

  see(callback: string): void {
    const names = this.seen.get(callback) ?? new Set();
    this.seen.set(callback, names.add(this.contexts.current()));
  }

  get sightings(): Sightings {
    return Object.fromEntries([...this.seen].map(([callback, names]) => [callback, [...names]]));
  }
}
