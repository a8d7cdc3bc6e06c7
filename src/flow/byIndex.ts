import { defer, exhaustMap, tap, type OperatorFunction } from 'rxjs';
import type { Span } from './settle.ts';

/**
 * Lets spans through in the order of their indices, and holds back those that come early. Spans tile the indices: where
 * one ends, another begins.
 */
export function byIndex<T extends Pick<Span, 'first' | 'count'>>(): OperatorFunction<T, T> {
  return (span$) =>
    defer(() => {
      const held = new Map<number, T[]>();
      let next = 0;

      return span$.pipe(
        tap((span) => {
          const others = held.get(span.first);
          if (others === undefined) held.set(span.first, [span]);
          else others.push(span);
        }),
        // What comes while this emits is held, and seen by it.
        exhaustMap(function* () {
          for (let ready = held.get(next); ready !== undefined; ready = held.get(next)) {
            held.delete(next);
            yield* ready;
            next += ready.reduce((items, { count }) => items + count, 0);
          }
        }),
      );
    });
}
