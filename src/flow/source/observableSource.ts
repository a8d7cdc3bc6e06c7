import { from, identity, tap, type InteropObservable, type Observable } from 'rxjs';
import { queuedSource } from './queuedSource.ts';
import type { Room, Source } from './Source.ts';

/** What an Observable emits, queued. It fails where it emits and may not. */
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
