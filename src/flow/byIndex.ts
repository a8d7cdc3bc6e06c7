import { concatMap, defer, type OperatorFunction } from 'rxjs';
import type { Span } from './settle.ts';

/**
 * Lets spans through in the order of their indices, and holds back those that come early. Spans tile the indices: where
 * one ends, another begins.
 *
 * @param reached - Is told the index that is next to go out.
 */
export function byIndex(reached: (index: number) => void): OperatorFunction<Span, Span> {
  return (span$) =>
    defer(() => {
      const held = new Map<number, Span[]>();
      let next = 0;

      return span$.pipe(
        concatMap(function* (span) {
          const others = held.get(span.first);
          if (others === undefined) held.set(span.first, [span]);
          else others.push(span);

          for (let ready = held.get(next); ready !== undefined; ready = held.get(next)) {
            held.delete(next);
            yield* ready;
            next += ready.reduce((items, { count }) => items + count, 0);
            reached(next);
          }
        }),
      );
    });
}
