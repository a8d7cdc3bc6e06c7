import { inspect } from '../../platform/inspect.ts';
import { DomException } from '../../platform/DomException.ts';
import { isError } from '../../platform/isError.ts';
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

/** A class of errors, whatever its constructor takes. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Registers classes of errors, so that what a task throws comes back as an instance of its class. Errors of other classes
 * come back as their nearest known ancestor, with their name and properties.
 *
 * Classes are told apart by name. It is enough to register them here, and not in the workers, as long as they have the same
 * names on both sides. A minifier gives them others: give the names then, as keys of an object, where the error is caught and
 * also in the module of the task, by the same function of `rxjs-parallel/worker`. Of several classes with a name the last one
 * counts, since a module may be evaluated more than once.
 *
 * The constructor is not called: an instance gets its prototype and its own properties, but no private fields.
 *
 * @example Errors that are told apart by `instanceof`
 * ```ts
 * registerError(HttpError, ValidationError);
 * ```
 *
 * @example In a program that is minified: in the program, and in the module of its tasks
 * ```ts
 * registerError({ HttpError, ValidationError });
 * ```
 *
 * @param classes - Classes that extend `Error`, or objects of such classes by their names.
 * @throws TypeError if one is no class of errors, has no name, or has that of an error of JavaScript or of this library.
 *   Those before it are registered then.
 * @see {@link TaskError}, whose `cause` is what a task threw.
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

/** What users have registered, with any copy of this package. */
const registered = perThread('errorClasses', () => new Map<string, ErrorClass>());
/** The names of those. */
const names = perThread('errorNames', () => new WeakMap<ErrorClass, string>());

/** By names that no minifier changes. */
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
