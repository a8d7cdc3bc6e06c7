import { config } from 'rxjs';
import { afterMicrotasks } from '../../platform/afterMicrotasks.ts';

/**
 * Gives an error that nobody listens for to RxJS's `onUnhandledError`, or throws it where nothing catches it. As RxJS does
 * with its own, but not by a timer, which may be a fake one.
 */
export function reportUnhandled(error: unknown): void {
  afterMicrotasks(() => {
    const { onUnhandledError } = config;
    if (onUnhandledError === null) throw error;
    onUnhandledError(error);
  });
}
