import { isNativeError } from '../types.ts';

/** Whether a value is an error of any realm: also a DOMException, or an object that only inherits from an error. */
export function isError(value: unknown): value is Error {
  if (isNativeError(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  for (let prototype = prototypeOf(value); prototype !== null; prototype = prototypeOf(prototype)) {
    const found: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    if (typeof found === 'function' && found.name === 'Error' && found.prototype === prototype) return true;
  }
  return false;
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null;
}
