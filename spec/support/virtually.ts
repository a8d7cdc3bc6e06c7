import { expect } from 'chai';
import type { Observable } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/** Something that was said, and when. */
export interface Note<T> {
  readonly frame: number;
  readonly kind: 'next' | 'error' | 'complete';
  readonly value?: T;
  readonly error?: unknown;
}

/** Runs a body in virtual time, to the end; for what no diagram can say. */
export function virtually(body: (scheduler: TestScheduler, helpers: RunHelpers) => void): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  });
  scheduler.run((helpers) => {
    body(scheduler, helpers);
  });
}

/** Subscribes now, and notes all that is said. */
export function note<T>(source$: Observable<T>, scheduler: TestScheduler): readonly Note<T>[] {
  const notes: Note<T>[] = [];
  source$.subscribe({
    next: (value) => notes.push({ frame: scheduler.now(), kind: 'next', value }),
    error: (error: unknown) => notes.push({ frame: scheduler.now(), kind: 'error', error }),
    complete: () => notes.push({ frame: scheduler.now(), kind: 'complete' }),
  });
  return notes;
}

/** The values among the notes. */
export function valuesOf<T>(notes: readonly Note<T>[]): readonly T[] {
  return notes.filter(({ kind }) => kind === 'next').map(({ value }) => value as T);
}
