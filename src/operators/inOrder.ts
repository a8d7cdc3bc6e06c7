import { concat, concatMap, defer, from, type OperatorFunction } from 'rxjs';
import type { Indexed } from '../flow/Indexed.ts';
import { checkCount } from '../util/check.ts';

/**
 * Puts pairs back in the order of their indices, and drops the indices.
 *
 * ```text
 * source  -b-a---c-|       with indices 1, 0, 2
 * result  ---(ab)c-|
 * ```
 *
 * - **emits** a value when all values with lower indices have been emitted; at the end all queued values, whatever is
 *   missing
 * - **queues** values that arrive early, without a bound (`ordered` has a bound)
 * - **completes** when the source completes
 * - **errors** with the error of the source; with a RangeError if an index occurs twice, as it does for generators (use
 *   `ordered` for these); with a RangeError or TypeError if an index is not an integer from 0
 * - **on unsubscribe** unsubscribes from the source, and drops queued values
 *
 * @example All results in order
 * ```ts
 * from(photos).pipe(parallelMap(thumbnail), inOrder(), toArray());
 * ```
 *
 * @typeParam T - The values of the pairs.
 * @see {@link ParallelConfig.ordered} to hold back a bounded number of results.
 */
export function inOrder<T>(): OperatorFunction<Indexed<T>, T> {
  return (source$) =>
    defer(() => {
      const early = new Map<number, T>();
      let next = 0;

      const inTurn$ = from(source$).pipe(
        concatMap(function* ([index, value]) {
          if (!Number.isInteger(index) || index < next || early.has(index)) throw unexpected(index);
          early.set(index, value);
          while (early.has(next)) {
            const following = early.get(next) as T;
            early.delete(next);
            next += 1;
            yield following;
          }
        }),
      );
      const rest$ = defer(() => [...early].sort(([a], [b]) => a - b).map(([, value]) => value));
      return concat(inTurn$, rest$);
    });
}

function unexpected(index: number): RangeError {
  checkCount('an index', index, 0);
  return new RangeError(
    `index ${String(index)} has come again: inOrder expects each once, use \`ordered\` for generators`,
  );
}
