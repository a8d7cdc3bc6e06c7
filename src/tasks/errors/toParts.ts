import { isMap, isSet } from '../../platform/types.ts';
import { isError } from '../../platform/realms/isError.ts';
import type { Parts } from './CodedError.ts';
import { isPlain } from '../../util/isPlain.ts';
import { prototypeOf } from '../../util/prototypeOf.ts';
import { rememberedClasses } from './classesSent.ts';
import { nameOfErrorClass, type ErrorClass } from './registerError.ts';

/**
 * Takes an object apart, one level deep, if it is an error, a plain object, an array, a Map or a Set, or if it is the
 * thrown object itself. Properties that cannot be read are left out.
 *
 * @param value - Anything, also a proxy whose traps throw.
 * @param isThrown - Whether it is the thrown value itself, and not a part of it.
 * @returns undefined for everything else.
 */
export function toParts(value: object, isThrown: boolean): Parts<unknown> | undefined {
  try {
    if (isError(value)) return errorParts(value);
    if (Array.isArray(value)) return { kind: 'array', length: value.length, ...properties(value, Object.keys(value)) };
    if (isMap(value)) return { kind: 'map', values: [...Map.prototype.entries.call(value)].flat() };
    if (isSet(value)) return { kind: 'set', values: [...Set.prototype.values.call(value)] };
    // An instance inside an error is often a socket or the like, with half of the program behind it.
    if (isPlain(value) || (isThrown && Object.prototype.toString.call(value) === '[object Object]')) {
      return { kind: 'object', ...properties(value, Object.keys(value)) };
    }
  } catch {
    // A proxy whose traps throw: nothing is known of it.
  }
  return undefined;
}

/** Properties that errors often inherit, as accessors or constants of their class. */
const inherited = ['name', 'message', 'stack', 'cause', 'errors'];

function errorParts(error: object): Parts<unknown> {
  const shownKeys = new Set(Object.keys(error));
  const allKeys = new Set([...inherited.filter((key) => key in error), ...Object.getOwnPropertyNames(error)]);
  const hidden = properties(
    error,
    [...allKeys].filter((key) => !shownKeys.has(key)),
  );
  const shown = properties(error, [...shownKeys]);

  return {
    kind: 'error',
    classes: rememberedClasses(error) ?? classesOf(error),
    hidden: hidden.keys.length,
    keys: [...hidden.keys, ...shown.keys],
    values: [...hidden.values, ...shown.values],
  };
}

function properties(object: object, wanted: readonly string[]): { keys: string[]; values: unknown[] } {
  const keys: string[] = [];
  const values: unknown[] = [];
  for (const key of wanted) {
    try {
      const value: unknown = Reflect.get(object, key);
      // A method of all errors and objects, such as toString, must not be hidden by the text of another.
      if (typeof value === 'function' && key in Error.prototype) continue;
      values.push(value);
      keys.push(key);
    } catch {
      // An accessor that throws has no value.
    }
  }
  return { keys, values };
}

const { prototype: errorPrototype } = Error;

/** The names of the classes of an error, without names that belong to other classes here. */
function classesOf(error: object): string[] {
  const isOfThisRealm = Object.prototype.isPrototypeOf.call(errorPrototype, error);
  const names: string[] = [];
  for (let prototype = prototypeOf(error); prototype !== null; prototype = prototypeOf(prototype)) {
    const found: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    if (typeof found !== 'function') continue;
    const name: unknown = isOfThisRealm ? nameOfErrorClass(found as unknown as ErrorClass) : found.name;
    if (typeof name === 'string') names.push(name);
  }
  return names;
}
