import { fileURLToPath } from 'node:url';

/** Makes a task, given the values of its globals. */
export type TaskFactory = (...globals: readonly unknown[]) => TaskBody;

/** A task as it is called; a class is called by `Reflect.construct`. */
export type TaskBody = (...args: unknown[]) => unknown;

/**
 * Parses the source text of a function, a method or a class, and runs nothing of it.
 *
 * @param text - What `Function.prototype.toString` gave.
 * @param globals - The names of the variables that the text shall see besides those that are everywhere.
 * @throws SyntaxError if the text means something only where it stands.
 */
export function parseTask(text: string, globals: readonly string[]): TaskFactory {
  try {
    return parse(`(${text}\n)`, globals) as TaskFactory;
  } catch (error) {
    return parseMethod(text, globals, error as SyntaxError);
  }
}

/** @param first - Why the text is no expression. */
function parseMethod(text: string, globals: readonly string[], first: SyntaxError): TaskFactory {
  let factory;
  try {
    factory = parse(`{${text}\n}`, globals) as (...values: readonly unknown[]) => object;
  } catch (error) {
    // What is no method fails as one at its head; a method fails as an expression there.
    throw /^Unexpected (token|identifier)/.test((error as SyntaxError).message) ? first : error;
  }
  // It would compile, and mean the prototype of all objects.
  if (/\bsuper\b/.test(text)) throw new SyntaxError("'super' means nothing outside of its object or class");

  return (...values) => methodOf(factory(...values));
}

/** The file from which Node resolves what a parsed task imports. */
export const RESOLVED_FROM = fileURLToPath(import.meta.url);

function parse(expression: string, globals: readonly string[]): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- A function that is sent as text can be had back in no other way.
  return new Function(...globals, `"use strict";\nreturn ${expression};`);
}

function methodOf(object: object): TaskBody {
  const [key = ''] = Reflect.ownKeys(object);
  const property = Object.getOwnPropertyDescriptor(object, key) ?? {};
  return (Reflect.get(property, 'value') ?? Reflect.get(property, 'get')) as TaskBody;
}
