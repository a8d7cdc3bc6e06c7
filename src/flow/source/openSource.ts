import { arraySource } from './arraySource.ts';
import { asyncIteratorSource } from './asyncIteratorSource.ts';
import { checkItems } from './checkItems.ts';
import type { Items } from './Items.ts';
import { isTypedArray } from './isTypedArray.ts';
import { iteratorSource } from './iteratorSource.ts';
import { isIterable, isObservableLike, isWebStream } from './kinds.ts';
import { readableSource } from './node/readableSource.ts';
import { observableSource } from './observableSource.ts';
import type { Room, Source } from './Source.ts';
import { iteratorOfNodeStream, iteratorOfWebStream } from './streamIterators.ts';
import { typedArraySource } from './typedArraySource.ts';

/**
 * Opens a source. Iterables are pulled when items are taken. Async iterables are read ahead as far as there is capacity.
 * The items of an Observable are queued, if that is allowed.
 *
 * @throws TypeError if `items` is not a source of items.
 */
export function openSource<In>(items: Items<In>, room: Room): Source<In> {
  checkItems(items);
  if (isObservableLike<In>(items)) return observableSource(items, room);
  if (Array.isArray(items)) return arraySource(items as readonly In[]);
  if (isIterable<In>(items))
    return isTypedArray<In>(items) ? typedArraySource(items) : iteratorSource(items[Symbol.iterator]());
  if (isWebStream<In>(items)) return asyncIteratorSource(iteratorOfWebStream(items), room);
  if ('readableEnded' in items)
    return readableSource<In>(items, room) ?? asyncIteratorSource(iteratorOfNodeStream(items), room);
  return asyncIteratorSource(items[Symbol.asyncIterator](), room);
}
