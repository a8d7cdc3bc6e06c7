import { from, identity, tap, type InteropObservable, type Observable } from 'rxjs';
import { queuedSource } from './queuedSource.ts';
import type { Room, Source } from './Source.ts';

/** The items of an Observable, queued. It fails if the Observable emits when it must not. */
export function observableSource<In>(
  items: Observable<In> | InteropObservable<In>,
  { checkArrival }: Room,
): Source<In> {
  return queuedSource(
    from(items).pipe(checkArrival === undefined ? identity : tap(checkArrival)),
    false,
    () => undefined,
  );
}
