/** Numbers as a message holds them. They exist in messages alone. */
export type NumberColumn = Int32Array | Float64Array;

/** A shorter list is sent as it is: a column costs its message one to two microseconds. */
const MIN_ITEMS = 128;

// Read now: a task may replace them later.
const Int32 = Int32Array;
const Float64 = Float64Array;

/**
 * Copies a list into a column, which is written and read several times as fast; undefined if it is short or holds anything
 * but numbers. Integers stay apart, since V8 would hold those of a `Float64Array` as doubles, with which tasks and the code that
 * uses the results are slower.
 */
export function toColumn(list: readonly unknown[]): NumberColumn | undefined {
  const { length } = list;
  if (length < MIN_ITEMS || typeof list[0] !== 'number') return undefined;
  const integers = new Int32(length);
  for (let at = 0; at < length; at += 1) {
    const value = list[at];
    if (typeof value !== 'number') return undefined;
    const integer = value | 0;
    // An Int32Array has no -0.
    if (integer !== value || (integer === 0 && 1 / value < 0)) return toDoubles(list, length);
    integers[at] = integer;
  }
  return integers;
}

function toDoubles(list: readonly unknown[], length: number): Float64Array | undefined {
  const doubles = new Float64(length);
  for (let at = 0; at < length; at += 1) {
    const value = list[at];
    if (typeof value !== 'number') return undefined;
    doubles[at] = value;
  }
  return doubles;
}
