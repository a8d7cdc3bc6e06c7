import type { Airports } from './airports.ts';
import { countRows, reasons, type Totals } from './totals.ts';
import { worstRoutes } from './worstRoutes.ts';

/** What the rows tell, as text. */
export function report(totals: Totals, airports: Airports): string {
  const { accepted, rejected } = countRows(totals);

  return [
    `${accepted.toLocaleString('en')} rows cleaned, ${rejected.toLocaleString('en')} rejected`,
    ...[...totals.rejects].map(([reason, { count, example }]) => `  ${String(count)} ${reasons[reason]}: ${example}`),
    '',
    'worst routes  flights  mean delay  an hour late or more',
    ...worstRoutes(totals.routes, airports, 10).map(
      ({ route, flights, meanDelay, veryLate }) =>
        `  ${route.padEnd(10)}  ${String(flights).padStart(7)}  ${meanDelay.toFixed(1).padStart(6)} min  ${veryLate.toFixed(1).padStart(18)} %`,
    ),
    '',
  ].join('\n');
}
