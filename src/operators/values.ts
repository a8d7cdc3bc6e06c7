import { map, type OperatorFunction } from 'rxjs';
import type { Indexed } from '../flow/Indexed.ts';

/**
 * Drops the indices of pairs. The results stay in the order in which they arrive; with `ordered`, that is the order of the
 * items.
 *
 * ```text
 * source  -b-a---c-|       with indices 1, 0, 2
 * result  -b-a---c-|
 * ```
 *
 * - **emits** the value of each pair at once; with `onError: 'return'`, some values are errors
 * - **completes** when the source completes
 * - **errors** with the error of the source
 * - **on unsubscribe** unsubscribes from the source
 *
 * @example Results in the order of the photos
 * ```ts
 * from(photos).pipe(parallelMap(thumbnail, { ordered: true }), values());
 * ```
 *
 * @typeParam T - The values of the pairs.
 * @see {@link inOrder} to sort the results as well.
 */
export function values<T>(): OperatorFunction<Indexed<T>, T> {
  return map(([, value]) => value);
}
