import type { Subscriber } from 'rxjs';
import type { Delivery } from './Delivery.ts';
import type { Indexed } from './Indexed.ts';

/** Emits the pairs of a delivery, one by one, since each may be the last that is wanted. Throws where the run ends. */
export function emitPairs<Out>(delivery: Delivery<Out>, subscriber: Subscriber<Indexed<Out>>): void {
  const { first, indices, values, failure } = delivery;
  for (let at = 0; at < values.length; at += 1) {
    subscriber.next([indices?.[at] ?? first + at, values[at] as Out]);
    if (subscriber.closed) return;
  }
  if (failure !== undefined) throw failure;
  delivery.done();
}
