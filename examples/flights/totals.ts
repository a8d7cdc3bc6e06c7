import { addTallies, emptyTallies, type Tallies } from './tallies.ts';

/** Why rows are rejected. A row with several faults counts under the first. */
export const reasons = {
  form: 'not time, delay, miles, origin, destination',
  time: 'no time in January to June 2001',
  airport: 'an unknown airport',
  route: 'to where it came from',
  distance: 'miles that differ by more than 2 % from the great circle',
  delay: 'more than 2 hours early or 23 hours late',
} as const;

export type Reason = keyof typeof reasons;

/** What is known of many rows. */
export interface Totals {
  readonly routes: Tallies;
  /** By hour of the day. */
  readonly hours: Tallies;
  readonly rejects: Map<Reason, { count: number; readonly example: string }>;
}

/** Totals of nothing. */
export const emptyTotals = (): Totals => ({ routes: emptyTallies(), hours: emptyTallies(), rejects: new Map() });

/** Counts a row that is rejected. */
export function reject({ rejects }: Totals, reason: Reason, example: string, count = 1): void {
  const known = rejects.get(reason);
  if (known === undefined) rejects.set(reason, { count, example });
  else known.count += count;
}

/** Adds totals to others. */
export function addTotals(into: Totals, from: Totals): void {
  addTallies(into.routes, from.routes);
  addTallies(into.hours, from.hours);
  for (const [reason, { count, example }] of from.rejects) reject(into, reason, example, count);
}
