import { clone } from '../../../platform/clone.ts';
import {
  isAnyArrayBuffer,
  isBoxedPrimitive,
  isDate,
  isMap,
  isNativeError,
  isRegExp,
  isSet,
} from '../../../platform/types.ts';
import { isPlain } from '../../../util/isPlain.ts';

/**
 * Refuses objects of Node whose state is outside JavaScript, such as a Blob. Structured clone between threads copies or
 * refuses them, but V8 writes them for a process as objects without properties. Accessors are read a second time.
 *
 * @throws TypeError that names the class of such an object.
 */
export function refusePlatformObjects(value: unknown): void {
  const seen = new Set<object>();
  const waiting: object[] = [];
  const look = (part: unknown): void => {
    if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) waiting.push(part);
  };
  look(value);
  // A loop, since a recursion would overflow the stack if a value is nested deeply.
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { length } = waiting;
    lookInto(part, look);
    if (waiting.length === length) continue;
    // `seen` is used only for objects that hold others, which few do: it costs as much as the rest.
    if (seen.has(part)) waiting.length = length;
    else seen.add(part);
  }
}

/** Visits the parts of an object that V8 writes. */
function lookInto(part: object, look: (value: unknown) => void): void {
  if (Array.isArray(part)) {
    for (const member of part) look(member);
    lookAtNamed(part, look);
  } else if (isPlain(part)) {
    lookAtPlain(part, look);
  } else if (isMap(part)) {
    for (const entry of part) entry.forEach(look);
  } else if (isSet(part)) {
    for (const member of part) look(member);
  } else if (isNativeError(part)) {
    look(Object.getOwnPropertyDescriptor(part, 'cause')?.value);
  } else if (!isWrittenInFull(part)) {
    const keys = Object.keys(part);
    if (keys.length === 0 && isLost(part))
      throw new TypeError(`an object of the class ${nameOfClass(part)} cannot be sent to or from a process`);
    for (const key of keys) look((part as Readonly<Record<string, unknown>>)[key]);
  }
}

/** Visits the properties of a plain object, by `for in`, which is several times as fast as a list of the keys. */
function lookAtPlain(part: object, look: (value: unknown) => void): void {
  const properties = part as Readonly<Record<string, unknown>>;
  for (const key in properties) {
    const value = properties[key];
    if (typeof value === 'object' && Object.hasOwn(part, key)) look(value);
  }
}

/** Visits the properties of an array that are not members. They are the last keys. */
function lookAtNamed(list: readonly unknown[], look: (value: unknown) => void): void {
  const keys = Object.keys(list);
  const properties = list as unknown as Readonly<Record<string, unknown>>;
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const key = keys[at] as string;
    if (Number(key) < list.length) return;
    look(properties[key]);
  }
}

/** Whether V8 writes an object of this class in full, and ignores its properties. */
function isWrittenInFull(part: object): boolean {
  return isDate(part) || isRegExp(part) || isBoxedPrimitive(part) || isAnyArrayBuffer(part);
}

/** Whether a thread would refuse the object, or receive something else than a plain object: then the bytes lose its state. */
function isLost(part: object): boolean {
  try {
    return !isPlain(clone(part));
  } catch {
    return true;
  }
}

function nameOfClass(value: object): string {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === 'string' && constructor.name !== '' ? constructor.name : 'anonymous';
}
