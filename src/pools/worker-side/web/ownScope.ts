/** What the global object of a dedicated worker has, as far as it is used here. */
export interface WorkerScope {
  readonly post: (message: unknown, transfers?: readonly Transferable[]) => void;
  readonly close: () => void;
  readonly listen: (type: string, listener: (event: never) => void) => void;
  /** Puts another function in the place of `close`. */
  readonly replaceClose: (close: () => void) => void;
  readonly locks: LockManager | undefined;
}

interface Global {
  readonly document?: unknown;
  readonly navigator?: { readonly locks?: LockManager };
  readonly postMessage?: unknown;
  readonly WorkerGlobalScope?: unknown;
  /** Bun's workers have no scope of their own class. */
  readonly Bun?: { readonly isMainThread?: boolean };
  readonly process?: { exit(): void };
  addEventListener(type: string, listener: (event: never) => void): void;
  close?: () => void;
}

/** The scope of this worker; undefined where this thread is no dedicated worker. Taken now: a task may replace its functions. */
export function ownScope(): WorkerScope | undefined {
  const scope = globalThis as unknown as Global;
  const { postMessage } = scope;
  const isWorker = scope.Bun === undefined ? typeof scope.WorkerGlobalScope === 'function' : !scope.Bun.isMainThread;
  if (!isWorker || scope.document !== undefined || typeof postMessage !== 'function') return undefined;
  return {
    post: (postMessage as WorkerScope['post']).bind(globalThis),
    // Bun has none.
    close: scope.close?.bind(globalThis) ?? (() => scope.process?.exit()),
    listen: scope.addEventListener.bind(globalThis),
    replaceClose: (close) => {
      scope.close = close;
    },
    locks: scope.navigator?.locks,
  };
}
