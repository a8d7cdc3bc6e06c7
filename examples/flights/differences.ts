import { routeName, type Airports } from './airports.ts';
import type { NamedSums } from './sqlTotals.ts';
import { entriesOf } from './tallies.ts';
import type { Totals } from './totals.ts';

/** Says where our totals are not those of SQL. All are integers, so they must be equal. */
export function differences(totals: Totals, expected: NamedSums, airports: Airports): string[] {
  const ours = namedSums(totals, airports);
  const names = new Set([...ours.keys(), ...expected.keys()]);

  return [...names].flatMap((name) => {
    const our = describe(ours.get(name));
    const their = describe(expected.get(name));
    return our === their ? [] : [`${name}: ${our}, in SQL ${their}`];
  });
}

function namedSums({ routes, hours, rejects }: Totals, airports: Airports): NamedSums {
  const named: NamedSums = new Map();
  for (const [route, sums] of entriesOf(routes)) named.set(`route ${routeName(route, airports)}`, sums);
  for (const [hour, sums] of entriesOf(hours)) named.set(`hour ${String(hour)}`, sums);
  for (const [reason, { count }] of rejects) named.set(`rejected: ${reason}`, [count]);
  return named;
}

const describe = (sums: readonly number[] | undefined): string => sums?.join(' ') ?? 'none';
