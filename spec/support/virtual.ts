import { catchError, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import { VirtualPool } from '../../src/testing/VirtualPool.ts';
import { ParallelError } from '../../src/tasks/errors/errors.ts';

/** The values of a diagram for the items a, b, c, …: `A` stands for the pair of index 0 and result 'A'. */
export const PAIRS: Record<string, readonly [number, string]> = Object.fromEntries(
  Array.from('ABCDEFGHIJ', (letter, index) => [letter, [index, letter]]),
);

/** The task of most diagrams. */
export const upper = (letter: string): string => letter.toUpperCase();

/** The same, but throws on some letters. */
export const upperBut =
  (...bad: readonly string[]) =>
  (letter: string): string => {
    if (bad.includes(letter)) throw new RangeError(`${letter} is bad`);
    return letter.toUpperCase();
  };

/** A pool whose items take as many frames as `durations` says, and 1 where it does not. */
export const letterPool = (workers: number, durations: Readonly<Record<string, number>> = {}): VirtualPool =>
  new VirtualPool({ workers, duration: (letter: string) => durations[letter] ?? 1 });

/** An error as a line, since two errors are hard to compare. */
export const inBrief = (error: unknown): string =>
  error instanceof ParallelError ? `${error.name} at ${String(error.index)}: ${String(error.cause)}` : String(error);

/** Gives errors in brief. */
export const errorsInBrief = <T>(): MonoTypeOperatorFunction<T> =>
  catchError((error: unknown) => {
    const brief: unknown = inBrief(error);
    return throwError(() => brief);
  });

/** All combinations of some options. */
export function combinations<Options extends Record<string, readonly unknown[]>>(
  options: Options,
): { readonly [Name in keyof Options]: Options[Name][number] }[] {
  return Object.entries(options).reduce<Record<string, unknown>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as { readonly [Name in keyof Options]: Options[Name][number] }[];
}
