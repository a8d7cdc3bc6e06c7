/** A result, and the position in the source of the item it belongs to. */
export type Indexed<T> = readonly [index: number, value: T];
