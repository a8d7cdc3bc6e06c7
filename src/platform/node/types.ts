import { types } from 'node:util';

/** Checks of a value by its internal slots, and not by its class: test runners have classes of other realms. */
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
