/** The part of a worker that its program sees: of a `Worker` of a browser, and of one of Node. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: never[]): void;
  terminate(): unknown;
}

/** The script of workers that serve tasks. All tasks of one call of `tasks` have the same object. */
export interface Script {
  /** Starts a worker with it. */
  readonly start: () => WorkerLike;
  /** Imports the module of the tasks into this thread, where there are no workers. */
  readonly local: (() => Promise<object>) | undefined;
}
