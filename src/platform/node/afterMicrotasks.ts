const nextTick = process.nextTick.bind(process);
const { queueMicrotask } = globalThis;

/** Calls back when the waiting microtasks have run. Taken when this loads, since test runners replace the global one. */
export const afterMicrotask: (callback: () => void) => void = queueMicrotask.bind(globalThis);

/** Calls back when no microtask is left, as Node does for unhandled rejections. Keeps the process alive until then. */
export function afterMicrotasks(callback: () => void): void {
  // By itself, `nextTick` comes before the microtasks of a script.
  queueMicrotask(() => {
    nextTick(callback);
  });
}
