import type { Observable, Subscription } from 'rxjs';

/** What an Observable has said, and the subscription to it. */
export interface Recording<T> {
  readonly values: T[];
  readonly errors: unknown[];
  /** How often it has completed. */
  completions: number;
  readonly subscription: Subscription;
}

/** Subscribes, and notes all that is said. */
export function record<T>(source$: Observable<T>): Recording<T> {
  const values: T[] = [];
  const errors: unknown[] = [];
  const recording = { values, errors, completions: 0 };
  const subscription = source$.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => errors.push(error),
    complete: () => {
      recording.completions += 1;
    },
  });
  return Object.assign(recording, { subscription });
}
