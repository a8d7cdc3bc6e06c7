import { config } from 'rxjs';
import { afterMicrotasks } from '../../platform/time/afterMicrotasks.ts';

/**
 * Passes an error without a subscriber to RxJS's `onUnhandledError`, or throws it in a place where it cannot be caught. As
 * RxJS does with its own, but not by a timer, which may be a fake one.
 */
export function reportUnhandled(error: unknown): void {
  afterMicrotasks(() => {
    const { onUnhandledError } = config;
    if (onUnhandledError === null) throw error;
    onUnhandledError(error);
  });
}
