import { concat, defer, EMPTY, ignoreElements, Observable, Subject, tap, type OperatorFunction } from 'rxjs';
import { Fifo } from '../collections/Fifo.ts';

/**
 * Emits the parts of each value, one by one. A value that comes while a part is being emitted waits, and is worked off by
 * the loop that is at work then: `concatMap` would go one level of the stack deeper with each. No operator subscribes to
 * the parts, which would cost a small task's time for each value.
 *
 * @param partsOf - Gives the parts, one at a time. If it throws, the result fails.
 */
export function flatten<Value, Part>(partsOf: (value: Value) => Iterable<Part>): OperatorFunction<Value, Part> {
  return (value$) =>
    new Observable((subscriber) => {
      const waiting = new Fifo<Value>();
      const idle$ = new Subject<never>();
      const work = (value: Value): void => {
        waiting.push(value);
        // The loop that emits the first of them sees the others.
        if (waiting.length > 1) return;
        while (waiting.length > 0) {
          for (const part of partsOf(waiting.first as Value)) {
            subscriber.next(part);
            if (subscriber.closed) return;
          }
          waiting.drop();
        }
        if (idle$.observed) idle$.complete();
      };

      concat(
        value$.pipe(tap(work), ignoreElements()),
        defer(() => (waiting.length > 0 ? idle$ : EMPTY)),
      ).subscribe(subscriber);
    });
}
