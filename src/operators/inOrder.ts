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
 * - **emits** a value when all values of lower indices have been emitted; at the end what is left, closing gaps
 * - **queues** values that come early, without bound (let `ordered` bound them)
 * - **completes** when the source completes
 * - **errors** with the source's error, with a RangeError when an index comes again, as a generator's does: use
 *   `ordered` there; or with a RangeError or TypeError when an index is no integer from 0
 * - **on unsubscribe** leaves the source, and drops what is queued
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
