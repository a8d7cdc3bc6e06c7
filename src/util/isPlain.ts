import { prototypeOf } from './prototypeOf.ts';

/** Whether an object has no class, in whatever realm it was made: an array is none. */
export function isPlain(object: object): boolean {
  const prototype = prototypeOf(object);
  return prototype === Object.prototype || prototype === null || prototypeOf(prototype) === null;
}
