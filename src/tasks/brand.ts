type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Makes `instanceof` tell a class of errors by its name, and not by the copy of this package that made it. A thread may have
 * several: what is imported, what is required, and those of other packages. A class that extends it has the usual
 * `instanceof`.
 *
 * @param errorClass - A class of this package.
 * @param name - What its errors are called, also where a minifier has shortened the name of the class.
 */
export function brand(errorClass: ErrorClass, name: string): void {
  const mark = Symbol.for(`rxjs-parallel.${name}`);
  const prototype = errorClass.prototype as Error;
  prototype.name = name;
  Object.defineProperty(prototype, mark, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== errorClass) return isInstance.call(this, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}

const isInstance = Function.prototype[Symbol.hasInstance] as (this: unknown, value: unknown) => boolean;
