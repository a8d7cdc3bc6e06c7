/** How late a flight is: before its time, less than a quarter of an hour, less than an hour, or more. */
export const delayClasses = ['early', 'on time', 'late', 'very late'] as const;

/** The sums. All are integers, so no order of adding changes a sum. */
export const columns = ['flights', 'delay', 'km', ...delayClasses] as const;

/** Sums by key: where in `sums` the {@link columns} of a key begin. One array is cheap to add to and to send to another thread. */
export interface Tallies {
  readonly rows: Map<number, number>;
  sums: Float64Array;
}

/** Tallies of nothing. */
export const emptyTallies = (): Tallies => ({ rows: new Map(), sums: new Float64Array(16 * columns.length) });

/** The place of a delay, in minutes, among the {@link delayClasses}. */
export function delayClass(delay: number): 0 | 1 | 2 | 3 {
  if (delay < 0) return 0;
  if (delay < 15) return 1;
  return delay < 60 ? 2 : 3;
}

/** Counts one flight under a key. */
export function tally(tallies: Tallies, key: number, delay: number, km: number): void {
  const row = rowOf(tallies, key);
  add(tallies.sums, row, 1);
  add(tallies.sums, row + 1, delay);
  add(tallies.sums, row + 2, km);
  add(tallies.sums, row + 3 + delayClass(delay), 1);
}

/** Adds all sums of one table to those of another. */
export function addTallies(into: Tallies, from: Tallies): void {
  for (const [key, row] of from.rows) {
    const target = rowOf(into, key);
    for (let column = 0; column < columns.length; column++)
      add(into.sums, target + column, from.sums[row + column] ?? 0);
  }
}

/** The keys with their sums, in the order of {@link columns}. */
export function entriesOf({ rows, sums }: Tallies): [key: number, sums: number[]][] {
  return [...rows].map(([key, row]) => [key, [...sums.subarray(row, row + columns.length)]]);
}

function rowOf(tallies: Tallies, key: number): number {
  const known = tallies.rows.get(key);
  if (known !== undefined) return known;

  const row = tallies.rows.size * columns.length;
  tallies.rows.set(key, row);
  if (row === tallies.sums.length) {
    const { sums } = tallies;
    tallies.sums = new Float64Array(2 * row);
    tallies.sums.set(sums);
  }
  return row;
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value;
}
