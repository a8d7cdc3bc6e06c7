import type { Clock } from './Clock.ts';

/** Calls every `ms` milliseconds. @returns a function that ends the calls. */
export function every(clock: Clock, ms: number, call: () => void): () => void {
  const next = (): (() => void) =>
    clock.after(ms, () => {
      cancel = next();
      call();
    });
  let cancel = next();
  return () => {
    cancel();
  };
}
