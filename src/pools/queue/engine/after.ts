import type { Clock } from './Clock.ts';

/** A time that passes. */
export interface Delay {
  readonly promise: Promise<undefined>;
  /** The promise stays pending then. */
  readonly cancel: () => void;
}

/** Resolves after so many milliseconds, unless it is cancelled. */
export function after(clock: Clock, ms: number): Delay {
  let cancel = (): void => undefined;
  const promise = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => {
      resolve(undefined);
    });
  });
  return { promise, cancel };
}
