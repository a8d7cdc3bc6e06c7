import { defer, type OperatorFunction } from 'rxjs';
import { flatten } from '../util/rx/flatten.ts';
import type { Span } from './settle.ts';

/**
 * Emits spans in the order of their indices, and holds back spans that come early. Spans cover the indices without gaps:
 * each begins where another ends.
 */
export function byIndex<T extends Pick<Span, 'first' | 'count'>>(): OperatorFunction<T, T> {
  return (span$) =>
    defer(() => {
      const held = new Map<number, T[]>();
      let next = 0;

      // A span that arrives during this loop waits in `flatten`.
      return span$.pipe(
        flatten((span) => {
          if (span.first > next) {
            const others = held.get(span.first);
            if (others === undefined) held.set(span.first, [span]);
            else others.push(span);
            return [];
          }
          // An index that has gone by comes only with a message of nothing.
          if (span.first < next) return [];
          const ready = [span];
          next += span.count;
          for (let others = held.get(next); others !== undefined; others = held.get(next)) {
            held.delete(next);
            for (const other of others) {
              ready.push(other);
              next += other.count;
            }
          }
          return ready;
        }),
      );
    });
}
