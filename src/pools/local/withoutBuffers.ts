import { isMap, isSet, isUint8Array } from '../../platform/types.ts';
import { isPlain } from '../../util/isPlain.ts';
import { prototypeOf } from '../../util/prototypeOf.ts';

/**
 * Replaces each Buffer in a value by a Uint8Array of the same memory, since a worker would receive it so. Returns a value
 * without a Buffer as it is. Otherwise the arrays, Maps, Sets and plain objects that hold a Buffer are copied.
 */
export function withoutBuffers<T>(value: T): T {
  return holdsBuffer(value) ? (copied(value, new Map()) as T) : value;
}

function holdsBuffer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const waiting: object[] = [value];
  let seen: Set<object> | undefined;
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (ArrayBuffer.isView(part)) {
      if (isBuffer(part)) return true;
      continue;
    }
    const { length } = waiting;
    addParts(part, waiting);
    if (waiting.length === length) continue;
    // `seen` is used only for objects that hold others, which few do.
    seen ??= new Set();
    if (seen.has(part)) waiting.length = length;
    else seen.add(part);
  }
  return false;
}

/** Adds the objects that an object holds. */
function addParts(value: object, waiting: object[]): void {
  if (isPlain(value)) {
    const properties = value as Readonly<Record<string, unknown>>;
    for (const key in properties) add(properties[key], waiting);
  } else if (Array.isArray(value)) {
    for (const member of value) add(member, waiting);
  } else if (isMap(value)) {
    for (const [key, held] of value) {
      add(key, waiting);
      add(held, waiting);
    }
  } else if (isSet(value)) {
    for (const member of value) add(member, waiting);
  }
}

function add(part: unknown, waiting: object[]): void {
  if (typeof part === 'object' && part !== null) waiting.push(part);
}

function copied(value: unknown, made: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isBuffer(value)) return new Uint8Array(value.buffer, value.byteOffset, value.length);
  const known = made.get(value);
  if (known !== undefined) return known;
  const copy = (part: unknown): unknown => copied(part, made);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    made.set(value, list);
    for (const member of value) list.push(copy(member));
    return list;
  }
  if (isMap(value)) {
    const map = new Map<unknown, unknown>();
    made.set(value, map);
    for (const [key, held] of value) map.set(copy(key), copy(held));
    return map;
  }
  if (isSet(value)) {
    const set = new Set<unknown>();
    made.set(value, set);
    for (const member of value) set.add(copy(member));
    return set;
  }
  if (!isPlain(value)) return value;
  const object = {};
  made.set(value, object);
  for (const [key, held] of Object.entries(value))
    Object.defineProperty(object, key, { value: copy(held), writable: true, enumerable: true, configurable: true });
  return object;
}

/** Whether a value is of a class that extends Uint8Array, such as Buffer, in any realm: a structured clone is a Uint8Array. */
function isBuffer(value: object): value is Uint8Array {
  if (!isUint8Array(value)) return false;
  let prototype: object | null = value;
  for (let steps = 0; steps < 4 && prototype !== null; steps += 1) prototype = prototypeOf(prototype);
  return prototype !== null;
}
