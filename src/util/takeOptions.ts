import { checkOptions } from './check.ts';
import { prototypeOf } from './prototypeOf.ts';

/**
 * Checks the names of options, and takes their values. Options may be inherited: from a class, or from the argument of
 * `Object.create(defaults)`. A property of the prototype of all objects is never an option.
 *
 * @param config - What a user has given.
 * @param known - All options that there are.
 * @param of - The option that holds them, if one does.
 * @returns A copy that inherits nothing.
 * @throws TypeError where `config` is no object, or has an option that is not known.
 */
export function takeOptions<T extends object>(config: T, known: readonly string[], of?: string): T {
  checkOptions(config, known, of);
  const taken = Object.create(null) as Record<string, unknown>;
  for (const name of known) if (isGiven(config, name)) taken[name] = Reflect.get(config, name);
  return taken as T;
}

function isGiven(config: object, name: string): boolean {
  for (let holder: object | null = config; holder !== null && !isOfAll(holder); holder = prototypeOf(holder))
    if (Object.hasOwn(holder, name)) return true;
  return false;
}

/** Whether an object is the prototype of all others, of this realm or another. */
function isOfAll(object: object): boolean {
  return (
    prototypeOf(object) === null && Object.hasOwn(object, 'hasOwnProperty') && Object.hasOwn(object, 'constructor')
  );
}
