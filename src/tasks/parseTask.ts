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
  let factory;
  try {
    factory = parse(`(${text}\n)`, globals) as TaskFactory;
  } catch (error) {
    return parseMethod(text, globals, error as SyntaxError);
  }
  refuseArguments(text);
  return (...values) => factory.call(outside, ...values);
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
  refuseSuper(text);
  return (...values) => methodOf(factory(...values)).bind(outside);
}

/** It would compile, and mean the prototype of all objects. A function must not mention it, except in a class of its own. */
function refuseSuper(text: string): void {
  if (!/\bsuper\b/.test(text)) return;
  const asFunction = text.replace(/^(async\s+)?(\*\s*)?[\w$]+\s*(?=\()/, '$1function $2');
  try {
    parse(`(${asFunction}\n)`, []);
  } catch {
    throw new SyntaxError("'super' means nothing outside of its object or class");
  }
}

/** Those of an arrow function would be the globals that it is compiled with. A field of a class must not mention them. */
function refuseArguments(text: string): void {
  if (!text.includes('arguments')) return;
  try {
    parse(`class { static field = (${text}\n) }`, []);
  } catch (error) {
    if ((error as SyntaxError).message.startsWith("'arguments'"))
      throw new SyntaxError("'arguments' in an arrow function are those of the function around it");
  }
}

/** What `this` is in an arrow function and in a method: it stayed where they were, and says so. */
const outside: object = new Proxy(
  {},
  Object.fromEntries(
    (['get', 'set', 'has', 'deleteProperty', 'ownKeys', 'getPrototypeOf'] as const).map((trap) => [
      trap,
      () => {
        throw new ReferenceError('this is not defined');
      },
    ]),
  ),
);

/** The URL of the file from which Node resolves what a parsed task imports; a CommonJS bundle does not know it. */
export const RESOLVED_FROM = (import.meta as { readonly url?: string }).url;

function parse(expression: string, globals: readonly string[]): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- A function that is sent as text can be had back in no other way.
  return new Function(...globals, `"use strict";\nreturn ${expression};`);
}

function methodOf(object: object): TaskBody {
  const [key = ''] = Reflect.ownKeys(object);
  const property = Object.getOwnPropertyDescriptor(object, key) ?? {};
  return (Reflect.get(property, 'value') ?? Reflect.get(property, 'get')) as TaskBody;
}
