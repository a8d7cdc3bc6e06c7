import type { NumberColumn } from './toColumn.ts';

/** The list of which `toColumn` made a column; any other list as it is. */
export function fromColumn(sent: readonly unknown[] | NumberColumn): readonly unknown[] {
  return Array.isArray(sent) ? (sent as readonly unknown[]) : toArray(sent as NumberColumn);
}

/** A loop: a spread, and the methods of arrays, take several times as long. */
function toArray(column: NumberColumn): number[] {
  const { length } = column;
  const list = new Array<number>(length);
  for (let at = 0; at < length; at += 1) list[at] = column[at] as number;
  return list;
}
