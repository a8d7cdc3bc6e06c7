/**
 * A result, and the position in the source of the item it belongs to, from 0.
 *
 * @typeParam T - The result.
 */
export type Indexed<T> = readonly [index: number, value: T];
