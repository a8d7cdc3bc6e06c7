const MARK = Symbol.for('rxjs-parallel.worker');

/** Marks this thread or process as a worker of this library. */
export function markWorker(): void {
  (globalThis as { [MARK]?: boolean })[MARK] = true;
}

/** Whether this thread or process is a worker of this library. Runs in a worker are serial by default. */
export function insideWorker(): boolean {
  return (globalThis as { [MARK]?: boolean })[MARK] === true;
}
