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
 * Refuses objects of Node that keep their state elsewhere, such as a Blob: a thread receives them or refuses them, and V8 writes
 * them for a process as objects without properties. An accessor is read again, since V8 has written what it gave.
 *
 * @throws TypeError that names the class.
 */
export function refusePlatformObjects(value: unknown): void {
  const seen = new Set<object>();
  const waiting: object[] = [];
  const look = (part: unknown): void => {
    if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) waiting.push(part);
  };
  look(value);
  // A list that is worked off: a recursion would overflow where something is nested deep.
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { length } = waiting;
    lookInto(part, look);
    if (waiting.length === length) continue;
    // Only now, since most objects hold no others, and it costs as much as the rest.
    if (seen.has(part)) waiting.length = length;
    else seen.add(part);
  }
}

/** Goes where V8 goes. */
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

/** Of an object without a class, by `for in`, which is several times as fast as a list of the keys. */
function lookAtPlain(part: object, look: (value: unknown) => void): void {
  const properties = part as Readonly<Record<string, unknown>>;
  for (const key in properties) {
    const value = properties[key];
    if (typeof value === 'object' && Object.hasOwn(part, key)) look(value);
  }
}

/** The properties of an array that are no members come last. */
function lookAtNamed(list: readonly unknown[], look: (value: unknown) => void): void {
  const keys = Object.keys(list);
  const properties = list as unknown as Readonly<Record<string, unknown>>;
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const key = keys[at] as string;
    if (Number(key) < list.length) return;
    look(properties[key]);
  }
}

/** Without its properties. */
function isWrittenInFull(part: object): boolean {
  return isDate(part) || isRegExp(part) || isBoxedPrimitive(part) || isAnyArrayBuffer(part);
}

/** Whether it would arrive in a thread as something else than an object without properties, or not at all. */
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
