/**
 * A result, with the index of its item in the source, from 0.
 *
 * @typeParam T - The result.
 */
export type Indexed<T> = readonly [index: number, value: T];
