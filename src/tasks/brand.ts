import { named } from '../util/named.ts';

type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Makes `instanceof` tell a class of errors by its name, and not by the copy of this package that made it. A thread may
 * have several: what is imported, what is required, and those of other packages. A class that extends it has the usual
 * `instanceof`.
 *
 * @param errorClass - A class of this package.
 * @param name - What its errors are called, also where a minifier has shortened the name of the class.
 */
export function brand(errorClass: ErrorClass, name: string): void {
  const mark = Symbol.for(`${MARK}${name}`);
  const prototype = errorClass.prototype as Error;
  prototype.name = name;
  named(errorClass, name);
  Object.defineProperty(prototype, mark, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== errorClass) return isInstance.call(this, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}

/** The name of a class of this package, whichever copy of it made the class. */
export function brandOf(errorClass: ErrorClass): string | undefined {
  const prototype: unknown = errorClass.prototype;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  const keys = Object.getOwnPropertySymbols(prototype).map((symbol) => Symbol.keyFor(symbol));
  return keys.find((key) => key?.startsWith(MARK) === true)?.slice(MARK.length);
}

const MARK = 'rxjs-parallel.';

const isInstance = Function.prototype[Symbol.hasInstance] as (this: unknown, value: unknown) => boolean;
