import { setImmediate } from './timers.ts';

const NativePromise = Promise;

/** Waits one turn of the event loop, so that messages come in. */
export function eventLoopTurn(): Promise<void> {
  return new NativePromise((resolve) => setImmediate(resolve));
}
