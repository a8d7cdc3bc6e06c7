import type { Delivery } from './Delivery.ts';
import type { Indexed } from './Indexed.ts';

/** The pairs of a delivery, one by one, since each may be the last that is wanted. Throws where the run ends. */
export function* pairs<Out>(delivery: Delivery<Out>): Generator<Indexed<Out>> {
  const { first, indices, values, failure } = delivery;
  for (let at = 0; at < values.length; at += 1) yield [indices?.[at] ?? first + at, values[at] as Out];
  if (failure !== undefined) throw failure;
  delivery.done();
}
