import { defer, type OperatorFunction } from 'rxjs';
import { flatten } from '../util/rx/flatten.ts';
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

      // One that comes while others are emitted waits in `flatten`.
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
