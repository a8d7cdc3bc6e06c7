import { defer, exhaustMap, tap, type OperatorFunction } from 'rxjs';
import { Fifo } from './fifo.ts';

/**
 * Emits the parts of each value, one by one. A value that comes while a part is being emitted waits, and is worked off by
 * the loop that is at work then: `concatMap` would go one level of the stack deeper with each.
 *
 * @param partsOf - Gives the parts. Asked for one part at a time; what it throws is an error.
 */
export function flatten<Value, Part>(partsOf: (value: Value) => Iterable<Part>): OperatorFunction<Value, Part> {
  return (value$) =>
    defer(() => {
      const waiting = new Fifo<Value>();

      return value$.pipe(
        tap((value) => {
          waiting.push(value);
        }),
        exhaustMap(function* () {
          while (waiting.length > 0) for (const value of waiting.take(1)) yield* partsOf(value);
        }),
      );
    });
}
