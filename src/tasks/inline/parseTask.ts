import { parseExpression } from './parseExpression.ts';
import { inObject, inParentheses, parses } from './SourceText.ts';

/** Makes a task, given the values of its globals. */
export type TaskFactory = (...globals: readonly unknown[]) => TaskBody;

/** A task as it is called; a class is called by `Reflect.construct`. */
export type TaskBody = (...args: unknown[]) => unknown;

/**
 * Parses the source text of a function, a method or a class, and runs nothing of it.
 *
 * @param text - What `Function.prototype.toString` gave.
 * @param globals - The names of the variables that the text can use, in addition to globals.
 * @throws SyntaxError if the text means something only where it stands.
 */
export function parseTask(text: string, globals: readonly string[]): TaskFactory {
  let factory;
  try {
    factory = parseExpression(inParentheses(text), globals) as TaskFactory;
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
    factory = parseExpression(inObject(text), globals) as (...values: readonly unknown[]) => object;
  } catch (error) {
    // A text that is no method fails as one at its head; a method fails as an expression there.
    throw NO_METHOD.test((error as SyntaxError).message) ? first : error;
  }
  refuseSuper(text);
  return (...values) => methodOf(factory(...values)).bind(outside);
}

/** What V8, JavaScriptCore and, behind them, SpiderMonkey say where an object should have a member. */
const NO_METHOD = /^(?:Unexpected (?:token|identifier)|expected property name|missing : after property id)/;

/**
 * It would compile, and mean the prototype of all objects. A function must not mention it, except in a class of its own.
 */
function refuseSuper(text: string): void {
  if (!/\bsuper\b/.test(text)) return;
  const body = text.slice(endOfName(text));
  const asFunction = ['function', 'function*', 'async function', 'async function*'].map(
    (head) => `(${head} ${body}\n)`,
  );
  if (!asFunction.some(parses)) throw new SyntaxError("'super' means nothing outside of its object or class");
}

/** Where the name of a method ends: before the first parenthesis that is not a part of it. */
function endOfName(text: string): number {
  const candidates = [...text.matchAll(/\(/g)].map(({ index }) => index);
  const isName = (name: string): boolean => parses(inObject(`${name}() {}`)) || parses(inObject(`${name}(value) {}`));
  return candidates.find((end) => isName(text.slice(0, end))) ?? 0;
}

/**
 * Those of an arrow function would be the globals that it is compiled with. A field of a class must not mention them, and may hold
 * any other expression; each engine has other words for that.
 */
function refuseArguments(text: string): void {
  if (!text.includes('arguments')) return;
  try {
    parseExpression(`class { static field = (${text}\n) }`, []);
  } catch (error) {
    if ((error as Error).name === 'SyntaxError')
      throw new SyntaxError("'arguments' in an arrow function are those of the function around it");
  }
}

/** The value of `this` in an arrow function or a method, whose own `this` was not sent: it throws an error that says so. */
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

function methodOf(object: object): TaskBody {
  const [key = ''] = Reflect.ownKeys(object);
  const property = Object.getOwnPropertyDescriptor(object, key) ?? {};
  return (Reflect.get(property, 'value') ?? Reflect.get(property, 'get')) as TaskBody;
}
