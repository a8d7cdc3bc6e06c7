import { types } from 'node:util';

/** Tell what a value is by what it is made of, and not by its class: test runners have classes of other realms. */
export const {
  isAnyArrayBuffer,
  isBoxedPrimitive,
  isDate,
  isMap,
  isNativeError,
  isProxy,
  isRegExp,
  isSet,
  isUint8Array,
} = types;
