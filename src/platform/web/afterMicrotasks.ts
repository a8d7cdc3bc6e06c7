import { setImmediate } from './timers.ts';

const { queueMicrotask } = globalThis;

/** Calls back when the waiting microtasks have run. Taken when this loads, since test runners replace the global one. */
export const afterMicrotask: (callback: () => void) => void = queueMicrotask.bind(globalThis);

/** Calls back when no microtask is left. */
export function afterMicrotasks(callback: () => void): void {
  setImmediate(callback);
}
