import type { Row } from './table.ts';

/**
 * Whether the rows of a matrix are good: none fails.
 *
 * @param gate - Whether each of them has to have run, since there is one of each kind.
 */
export function hasPassed(rows: readonly Row[], gate: boolean): boolean {
  const cells = rows.flatMap((row) => row.cells);
  return cells.length > 0 && cells.every(({ kind }) => kind === 'works' || (kind === 'unsuited' && !gate));
}
