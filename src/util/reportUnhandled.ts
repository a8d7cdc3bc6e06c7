import { throwError } from 'rxjs';

/** Gives an error that nobody listens for to RxJS's `onUnhandledError`, as RxJS does with its own. */
export function reportUnhandled(error: unknown): void {
  throwError(() => error).subscribe();
}
