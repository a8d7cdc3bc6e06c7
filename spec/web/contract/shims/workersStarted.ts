/** Calls back for each worker that this page starts. Returns how to stop that. */
export function onWorkerStart(started: (worker: Worker) => void): () => void {
  const Own = globalThis.Worker;
  globalThis.Worker = class extends Own {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started(this);
    }
  };
  return () => {
    globalThis.Worker = Own;
  };
}
