import type { TypedArray } from './typedArraySource.ts';

const { prototype } = Object.getPrototypeOf(Uint8Array) as { readonly prototype: Iterable<unknown> };
const iterate = prototype[Symbol.iterator];

/** Whether items are a typed array of this realm whose iterator is that of all typed arrays: then its elements can be read. */
export function isTypedArray<In>(items: Iterable<In>): items is TypedArray<In> & Iterable<In> {
  return ArrayBuffer.isView(items) && items[Symbol.iterator] === iterate;
}
