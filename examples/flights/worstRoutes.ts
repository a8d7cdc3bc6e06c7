import { routeName, type Airports } from './airports.ts';
import { entriesOf, type Tallies } from './tallies.ts';

/** A route and how late its flights are. */
export interface LateRoute {
  readonly route: string;
  readonly flights: number;
  /** In minutes. */
  readonly meanDelay: number;
  /** Of the flights, in percent. */
  readonly veryLate: number;
}

const leastFlights = 300;

/** The routes with the longest mean delay, of those that are flown often. */
export function worstRoutes(routes: Tallies, airports: Airports, count: number): LateRoute[] {
  return entriesOf(routes)
    .map(([route, [flights = 0, delay = 0, , , , , veryLate = 0]]) => ({
      route: routeName(route, airports),
      flights,
      meanDelay: delay / flights,
      veryLate: (100 * veryLate) / flights,
    }))
    .filter(({ flights }) => flights >= leastFlights)
    .sort((a, b) => b.meanDelay - a.meanDelay)
    .slice(0, count);
}
