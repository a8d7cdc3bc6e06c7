/** The functions of a class, by which it knows an object of its own, also one of another realm. */
const { get: mapSize } = descriptorOf(Map, 'size');
const { get: setSize } = descriptorOf(Set, 'size');
const { get: bufferSize } = descriptorOf(ArrayBuffer, 'byteLength');
const { get: sharedSize } = descriptorOf(
  (globalThis as { readonly SharedArrayBuffer?: typeof SharedArrayBuffer }).SharedArrayBuffer,
  'byteLength',
);
const { get: flags } = descriptorOf(RegExp, 'source');
const { get: kindOfArray } = descriptorOf(Object.getPrototypeOf(Uint8Array) as typeof Uint8Array, Symbol.toStringTag);
const { apply } = Reflect;
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is applied to the value.
const { toString } = Object.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is applied to the value.
const { getTime } = Date.prototype;
const isErrorOfEngine = (Error as { readonly isError?: (value: unknown) => boolean }).isError;

/** Checks of a value by its internal slots, as far as browsers let one ask. */
export const isMap = (value: unknown): value is Map<unknown, unknown> => has(mapSize, value);
export const isSet = (value: unknown): value is Set<unknown> => has(setSize, value);
export const isDate = (value: unknown): value is Date => has(getTime, value);
export const isAnyArrayBuffer = (value: unknown): value is ArrayBufferLike =>
  has(bufferSize, value) || has(sharedSize, value);
export const isRegExp = (value: unknown): value is RegExp => tagOf(value) === 'RegExp' && has(flags, value);
export const isUint8Array = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && apply(kindOfArray as () => unknown, value, []) === 'Uint8Array';
export const isNativeError = (value: unknown): value is Error => isErrorOfEngine?.(value) ?? tagOf(value) === 'Error';
export const isBoxedPrimitive = (value: unknown): boolean =>
  typeof value === 'object' && ['Number', 'String', 'Boolean', 'BigInt', 'Symbol'].includes(tagOf(value));

/** Nothing tells a proxy from its target. */
export const isProxy: (value: unknown) => boolean = () => false;

type Getter = (this: unknown) => unknown;

function descriptorOf(of: { readonly prototype: object } | undefined, name: PropertyKey): { readonly get?: Getter } {
  return Object.getOwnPropertyDescriptor(of?.prototype ?? {}, name) ?? {};
}

/** Whether a function of a class accepts a value as one of its own. */
function has(accessor: Getter | (() => number) | undefined, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || accessor === undefined) return false;
  try {
    apply(accessor, value, []);
    return true;
  } catch {
    return false;
  }
}

function tagOf(value: unknown): string {
  return apply(toString, value, []).slice('[object '.length, -1);
}
