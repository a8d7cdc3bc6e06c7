import { inspect } from 'node:util';
import { DomException } from '../platform/DomException.ts';
import { isError } from '../platform/isError.ts';
import {
  ParallelError,
  PoolClosedError,
  TaskCloneError,
  TaskError,
  TaskLoadError,
  TaskTimeoutError,
  WorkerCrashError,
} from './errors.ts';
import { perThread } from './perThread.ts';

/** A class of errors, whatever its constructor takes. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Registers classes of errors, so that what a task throws comes back as an instance of its class. Needed only here, not
 * in the workers. Errors of other classes come back as their nearest known ancestor, with their name and properties.
 *
 * The constructor is not called: an instance gets its prototype and its own properties, but no private fields.
 *
 * @example Errors that are told apart by `instanceof`
 * ```ts
 * registerError(HttpError, ValidationError);
 * ```
 *
 * @param classes - Classes that extend `Error`. They are told apart by name.
 * @throws TypeError if one is no class of errors, has no name, or has the name of another that is known. Those before it
 *   are registered then.
 * @see {@link TaskError}, whose `cause` is what a task threw.
 */
export function registerError(...classes: readonly ErrorClass[]): void {
  for (const found of classes) {
    assertNewName(found);
    registered.set(found.name, found);
  }
}

/** The class that is registered under a name. */
export function errorClassOf(name: string): ErrorClass | undefined {
  return known.get(name) ?? registered.get(name);
}

/** What users have registered, with any copy of this package. */
const registered = perThread('errorClasses', () => new Map<string, ErrorClass>());

const known = new Map<string, ErrorClass>(
  [
    Error,
    AggregateError,
    DomException,
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
  ].map((found: ErrorClass) => [found.name, found]),
);

function assertNewName(found: unknown): void {
  if (typeof found !== 'function' || !isError(found.prototype)) {
    throw new TypeError(`an argument of registerError must be a class that extends Error, not ${inspect(found)}`);
  }
  if (typeof found.name !== 'string' || found.name === '') {
    throw new TypeError('a class of errors must have a name to be registered');
  }
  if ((errorClassOf(found.name) ?? found) !== found) {
    throw new TypeError(`another class is already registered as "${found.name}"`);
  }
}
