import type { Airports } from './airports.ts';
import { entriesOf } from './tallies.ts';
import { reasons, type Totals } from './totals.ts';
import { worstRoutes } from './worstRoutes.ts';

/** What the rows have told, as text. */
export function report({ routes, hours, rejects }: Totals, airports: Airports): string {
  const accepted = entriesOf(hours).reduce((sum, [, [flights = 0]]) => sum + flights, 0);

  return [
    `${accepted.toLocaleString('en')} rows are in order`,
    ...[...rejects].map(
      ([reason, { count, example }]) => `${count.toLocaleString('en')} rejected for ${reasons[reason]}, as ${example}`,
    ),
    '',
    'route    flights  mean delay  an hour late or more',
    ...worstRoutes(routes, airports, 10).map(
      ({ route, flights, meanDelay, veryLate }) =>
        `${route}  ${String(flights).padStart(7)}  ${meanDelay.toFixed(1).padStart(6)} min  ${veryLate.toFixed(1).padStart(18)} %`,
    ),
  ].join('\n');
}
