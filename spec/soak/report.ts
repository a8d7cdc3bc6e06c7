import { availableParallelism } from 'node:os';
import { KINDS, type Kind } from './Chaos.ts';
import type { Ledger } from './Ledger.ts';
import { during, EARLY, FIGURES, LATE } from './leaks.ts';
import type { Soak } from './soak.ts';

/** Prints what came of it, as tables of Markdown, and whether all is well. */
export function printReport(soak: Soak): void {
  const { config, problems, seconds, interrupted } = soak;
  const head = `Node ${process.version}, ${String(availableParallelism())} cores, seed ${String(config.seed)}, ${seconds.toFixed(0)} s`;
  const verdict = problems.none ? ['OK'] : problems.lines;
  const parts = [
    [head],
    workTable(soak),
    censusTable(soak),
    [`Killed by: ${counts(soak.chaos.ways)}.`, `Side runs: ${counts(soak.sideRuns)}.`],
    interrupted ? ['interrupted', ...problems.lines] : verdict,
  ];
  console.log(parts.map((lines) => lines.join('\n')).join('\n\n'));
}

function workTable({ chaos: { tolls }, streams, seconds }: Soak): readonly string[] {
  const sum = (kind: Kind, of: (ledger: Ledger) => number): number =>
    streams.filter((stream) => stream.kind === kind).reduce((all, { ledger }) => all + of(ledger), 0);
  const rows: readonly (readonly [name: string, of: (kind: Kind) => number])[] = [
    ['items', (kind) => sum(kind, ({ taken }) => taken)],
    ['settled exactly once', (kind) => sum(kind, ({ settled }) => settled)],
    ['of these generators whose worker died between two yields', (kind) => sum(kind, ({ cutShort }) => cutShort)],
    ['items that end their worker themselves', (kind) => sum(kind, ({ deadly }) => deadly)],
    ['items a second', (kind) => sum(kind, ({ settled }) => settled) / seconds],
    ['workers started', (kind) => tolls[kind].started],
    ['workers killed from outside', (kind) => tolls[kind].killed],
    ['of these while they booted', (kind) => tolls[kind].killedBooting],
  ];
  return table(
    ['', 'threads', 'processes'],
    rows.map(([name, of]) => [name, ...KINDS.map((kind) => digits(of(kind), 0))]),
  );
}

function censusTable({ samples, before, after }: Soak): readonly string[] {
  return table(
    ['', 'before', 'early', 'late', 'closed'],
    FIGURES.map((figure) => {
      const { of } = figure;
      const all = [of(before), during(samples, EARLY, of), during(samples, LATE, of), after && of(after)];
      return [figure.name, ...all.map((n) => digits(n, figure.digits))];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, at) => Math.max(3, title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)];
}

function counts(all: ReadonlyMap<string, number>): string {
  return [...all].map(([name, count]) => `${name} ${String(count)}`).join(', ');
}

function digits(n: number | undefined, fraction: number): string {
  if (n === undefined || Number.isNaN(n)) return '–';
  return n.toLocaleString('en', { minimumFractionDigits: fraction, maximumFractionDigits: fraction });
}
