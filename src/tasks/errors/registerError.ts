import { inspect } from '../../platform/inspect.ts';
import { DomException } from '../../platform/realms/DomException.ts';
import { isError } from '../../platform/realms/isError.ts';
import { brandOf } from '../brand.ts';
import {
  ParallelError,
  PoolClosedError,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  TaskTimeoutError,
  WorkerCrashError,
} from './errors.ts';
import { perThread } from '../perThread.ts';

/** A class of errors with any constructor. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Registers classes of errors, so that an error that a task throws arrives as an instance of its class. An error of another
 * class arrives as an instance of its nearest registered ancestor, with its own name and properties.
 *
 * Classes are identified by their names. If a class has the same name in the program and in the workers, register it only
 * in the program. A minifier changes names: then pass the names as keys of an object, both in the program and, with the
 * same function of `rxjs-parallel/worker`, in the module of the task. If several classes have the same name, the last one
 * counts, since a module may be evaluated more than once.
 *
 * The constructor is not called: an instance has the prototype and the own properties of the error, but no private fields.
 *
 * @example Check errors by `instanceof`
 * ```ts
 * registerError(HttpError, ValidationError);
 * ```
 *
 * @example In minified code: the same call in the program and in the module of its tasks
 * ```ts
 * registerError({ HttpError, ValidationError });
 * ```
 *
 * @param classes - Classes that extend `Error`, or objects with such classes as values and their names as keys.
 * @throws TypeError if an argument is not a class of errors, has no name, or has the name of an error of JavaScript or of
 *   this library. The classes before it are registered.
 * @see {@link TaskError}, whose `cause` is the error of the task.
 */
export function registerError(...classes: readonly (ErrorClass | Readonly<Record<string, ErrorClass>>)[]): void {
  for (const given of classes)
    if (typeof given === 'object' && (given as unknown) !== null)
      for (const [name, found] of Object.entries(given)) register(found, name);
    else register(given, (given as ErrorClass | undefined)?.name);
}

/** The class that is registered under a name. */
export function errorClassOf(name: string): ErrorClass | undefined {
  return known.get(name) ?? registered.get(name);
}

/** The name by which the other side knows a class of errors; undefined where another class has its name here. */
export function nameOfErrorClass(found: ErrorClass): string | undefined {
  const given = names.get(found) ?? brandOf(found);
  if (given !== undefined) return given;
  if (typeof found.name !== 'string') return undefined;
  return (errorClassOf(found.name) ?? found) === found ? found.name : undefined;
}

/** The classes that users have registered, with any copy of this package. */
const registered = perThread('errorClasses', () => new Map<string, ErrorClass>());
/** The names of these classes. */
const names = perThread('errorNames', () => new WeakMap<ErrorClass, string>());

/** The built-in classes, by names that no minifier changes. */
const known = new Map<string, ErrorClass>(
  Object.entries({
    Error,
    AggregateError,
    DOMException: DomException,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
    ParallelError,
    PoolClosedError,
    TaskCloneError,
    TaskError,
    TaskLoadError,
    TaskTimeoutError,
    WorkerCrashError,
  }),
);

function register(found: unknown, name: unknown): void {
  if (typeof found !== 'function' || !isError(found.prototype)) {
    throw new TypeError(`an argument of registerError must be a class that extends Error, not ${inspect(found)}`);
  }
  if (typeof name !== 'string' || name === '') {
    throw new TypeError('a class of errors must have a name to be registered');
  }
  const errorClass = found as unknown as ErrorClass;
  if ((known.get(name) ?? errorClass) !== errorClass) {
    throw new TypeError(`another class is already registered as "${name}"`);
  }
  registered.set(name, errorClass);
  names.set(errorClass, name);
}
