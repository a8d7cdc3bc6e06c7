import { addTallies, emptyTallies, entriesOf, type Tallies } from './tallies.ts';

/** Why rows are rejected. A row with several faults counts under the first of them. */
export const reasons = {
  form: 'not time, delay, miles, origin and destination',
  time: 'not a time in January to June 2001',
  airport: 'from or to an unknown airport',
  route: 'to where it came from',
  distance: 'more than 2 % off the great circle',
  delay: 'more than 2 hours early or 23 hours late',
} as const;

export type Reason = keyof typeof reasons;

/** Rows rejected for one reason, and the first of them. */
export interface Rejects {
  readonly count: number;
  readonly example: string;
}

/** The totals of many rows. */
export interface Totals {
  readonly routes: Tallies;
  /** By hour of the day. */
  readonly hours: Tallies;
  readonly rejects: Map<Reason, Rejects>;
}

/** Totals of nothing. */
export const emptyTotals = (): Totals => ({ routes: emptyTallies(), hours: emptyTallies(), rejects: new Map() });

/** Adds rejected rows. */
export function addRejects({ rejects }: Totals, reason: Reason, { count, example }: Rejects): void {
  const known = rejects.get(reason);
  rejects.set(reason, known === undefined ? { count, example } : { ...known, count: known.count + count });
}

/** Adds totals to others. */
export function addTotals(into: Totals, from: Totals): void {
  addTallies(into.routes, from.routes);
  addTallies(into.hours, from.hours);
  for (const [reason, rejects] of from.rejects) addRejects(into, reason, rejects);
}

/** How many rows were in order, and how many were not. */
export function countRows({ hours, rejects }: Totals): { accepted: number; rejected: number } {
  return {
    accepted: entriesOf(hours).reduce((sum, [, [flights = 0]]) => sum + flights, 0),
    rejected: [...rejects.values()].reduce((sum, { count }) => sum + count, 0),
  };
}
