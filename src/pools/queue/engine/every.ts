import type { Clock } from './Clock.ts';

/** Calls again and again, so many milliseconds after the last call. @returns What ends it. */
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
