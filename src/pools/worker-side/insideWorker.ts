const MARK = Symbol.for('rxjs-parallel.worker');

/** Notes that this thread, or process, is a worker of this library. */
export function markWorker(): void {
  (globalThis as { [MARK]?: boolean })[MARK] = true;
}

/** Whether this thread, or process, is a worker of this library: runs inside of it are serial unless they say otherwise. */
export function insideWorker(): boolean {
  return (globalThis as { [MARK]?: boolean })[MARK] === true;
}
