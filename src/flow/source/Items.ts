import type { InteropObservable, Observable } from 'rxjs';

/**
 * A source of items: an iterable, an async iterable (a Node stream is one), a web stream or an Observable.
 *
 * @typeParam In - One item.
 */
export type Items<In> =
  Iterable<In> | AsyncIterable<In> | Observable<In> | InteropObservable<In> | Pick<ReadableStream<In>, 'getReader'>;
