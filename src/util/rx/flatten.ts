import type { OperatorFunction } from 'rxjs';
import { inTurn } from './inTurn.ts';

/**
 * Emits the parts of each value, one by one, as {@link inTurn} does.
 *
 * @param partsOf - Gives the parts, one at a time. If it throws, the result fails.
 */
export function flatten<Value, Part>(partsOf: (value: Value) => Iterable<Part>): OperatorFunction<Value, Part> {
  return inTurn((value, subscriber) => {
    for (const part of partsOf(value)) {
      subscriber.next(part);
      if (subscriber.closed) return;
    }
  });
}
