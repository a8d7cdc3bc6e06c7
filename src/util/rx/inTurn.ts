import {
  concat,
  defer,
  EMPTY,
  ignoreElements,
  Observable,
  Subject,
  tap,
  type OperatorFunction,
  type Subscriber,
} from 'rxjs';
import { Fifo } from '../collections/Fifo.ts';

/**
 * Calls a function with each value, which emits its parts. A value that comes while a part is being emitted waits, and is
 * worked off by the loop that is at work then: `concatMap` would go one level of the stack deeper with each. No operator
 * subscribes to the parts, and no iterator gives them, either of which would cost a small task's time for each value.
 *
 * @param emit - Emits the parts of a value, until the subscriber is closed. If it throws, the result fails.
 */
export function inTurn<Value, Part>(
  emit: (value: Value, subscriber: Subscriber<Part>) => void,
): OperatorFunction<Value, Part> {
  return (value$) =>
    new Observable((subscriber) => {
      const waiting = new Fifo<Value>();
      const idle$ = new Subject<never>();
      let state: 'idle' | 'emitting' = 'idle';
      const work = (value: Value): void => {
        // The loop that emits the first of them sees the others.
        if (state === 'emitting') {
          waiting.push(value);
          return;
        }
        state = 'emitting';
        emit(value, subscriber);
        while (!subscriber.closed && waiting.length > 0) emit(waiting.take(1)[0] as Value, subscriber);
        state = 'idle';
        if (idle$.observed) idle$.complete();
      };

      concat(
        value$.pipe(tap(work), ignoreElements()),
        defer(() => (state === 'emitting' ? idle$ : EMPTY)),
      ).subscribe(subscriber);
    });
}
