/** The indices of some items in the source: one after the other from `first` on, unless `indices` says otherwise. */
export interface Indices {
  readonly first: number;
  readonly indices?: readonly number[] | undefined;
}

/** The index in the source of the item at a position. */
export function indexAt({ first, indices }: Indices, position: number): number {
  return indices?.[position] ?? first + position;
}
