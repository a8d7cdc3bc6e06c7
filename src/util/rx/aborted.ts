import { fromEvent, map, share, type Observable } from 'rxjs';
import { abortReason } from '../abortReason.ts';
import { Multicast } from './Multicast.ts';
import { runInRootContext } from '../../platform/context/asyncContext.ts';
import { inContext } from './inContext.ts';

const known = new WeakMap<AbortSignal, Observable<never>>();

/**
 * Fails with the reason of a signal when it aborts. All subscribers of a signal share one listener, since Node warns of
 * more than ten.
 */
export function aborted$(signal: AbortSignal): Observable<never> {
  let shared$ = known.get(signal);
  if (shared$ === undefined) {
    shared$ = fromEvent(signal, 'abort').pipe(
      map((): never => {
        throw abortReason(signal);
      }),
      inContext(runInRootContext),
      share({ connector: () => new Multicast() }),
    );
    known.set(signal, shared$);
  }
  return shared$;
}
