import type { InteropObservable, Observable } from 'rxjs';

/** Whether items are an Observable, of any library. */
export function isObservableLike<In>(items: unknown): items is Observable<In> | InteropObservable<In> {
  return typeof items === 'object' && items !== null && (Symbol.observable in items || '@@observable' in items);
}

/** Whether items are a web stream. */
export function isWebStream<In>(items: unknown): items is Pick<ReadableStream<In>, 'getReader'> {
  return typeof items === 'object' && items !== null && 'getReader' in items;
}

/** Whether items are iterable. */
export function isIterable<In>(items: unknown): items is Iterable<In> {
  return (
    items !== null && items !== undefined && typeof (items as Partial<Iterable<In>>)[Symbol.iterator] === 'function'
  );
}

/** Whether items are async iterable, as a stream of Node is. */
export function isAsyncIterable<In>(items: unknown): items is AsyncIterable<In> {
  return (
    typeof items === 'object' &&
    items !== null &&
    typeof (items as Partial<AsyncIterable<In>>)[Symbol.asyncIterator] === 'function'
  );
}
