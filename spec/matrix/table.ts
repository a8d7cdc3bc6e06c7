import type { Cell } from './cell.ts';
import type { NodeVersion } from './nodes.ts';

/** A line of the table, with a cell for each Node. */
export interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

const MARKS = { works: '✔', fails: '✘', unsuited: '–' } as const;

/** The table in Markdown, and under it the reason of each cell that is not ✔. */
export function drawTable(rows: readonly Row[], nodes: readonly NodeVersion[]): string {
  const reasons: string[] = [];
  const mark = (cell: Cell): string => {
    if (cell.kind === 'works') return MARKS.works;
    if (!reasons.includes(cell.reason)) reasons.push(cell.reason);
    return `${MARKS[cell.kind]} ${String(reasons.indexOf(cell.reason) + 1)}`;
  };

  const lines = [
    ['', ...nodes.map(({ version }) => `Node ${version.slice(1)}`)],
    ...rows.map(({ name, cells }) => [name, ...cells.map(mark)]),
  ];
  const widths = nodes.reduce(
    (sofar) => [...sofar, Math.max(...lines.map((line) => line[sofar.length]?.length ?? 0))],
    [Math.max(...lines.map(([name = '']) => name.length))],
  );
  const draw = (line: readonly string[]): string =>
    `| ${line.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = lines;
  const rule = widths.map((width) => '-'.repeat(width));
  const notes = reasons.map((reason, at) => `${String(at + 1)}. ${reason}`);
  return [draw(head), draw(rule), ...body.map(draw), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
