import type { Clock } from './Clock.ts';

/** A delay that can be cancelled. */
export interface Delay {
  readonly promise: Promise<undefined>;
  /** Cancels the delay. The promise then stays pending. */
  readonly cancel: () => void;
}

/** Starts a delay of `ms` milliseconds. */
export function after(clock: Clock, ms: number): Delay {
  let cancel = (): void => undefined;
  const promise = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => {
      resolve(undefined);
    });
  });
  return { promise, cancel };
}
