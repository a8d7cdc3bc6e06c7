import { unsendableReason } from './unsendableReason.ts';
import { nameOf } from '../nameOf.ts';
import { TASKS_CALL } from '../tasksCall.ts';
import { isOfPolicy } from './isOfPolicy.ts';
import { parseTask } from './parseTask.ts';

/** Any function or class. */
export type AnyFunction = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

/**
 * The source text of a function or a class, as it can be compiled in a worker.
 *
 * @throws TypeError if it cannot be sent: a native or bound function, a function that depends on its surroundings, such as
 *   a method that uses `super`, or a function that needs a helper which a compiler has put elsewhere.
 */
export function sourceOf(task: AnyFunction): string {
  // The function may have a toString of its own.
  const text = Function.prototype.toString.call(task);
  try {
    parseTask(text, []);
  } catch (error) {
    // The policy of a page forbids to look at the text. The worker may have another one, and says so if not.
    if (isOfPolicy(error)) return text;
    if (/\{\s*\[native code\]\s*\}$/.test(text))
      throw unsendable(task, 'a native or bound function has no source text');
    const reason = (error as SyntaxError).message.replace(/\.$/, '');
    throw unsendable(task, reason, { remedy: remedyFor(reason), cause: error });
  }
  const missing = unsendableReason(task, text);
  if (missing !== undefined) throw unsendable(task, missing.reason, missing);
  return text;
}

/** The advice in place of source text that has a meaning only where it stands. */
function remedyFor(reason: string): string | undefined {
  if (reason.includes('import.meta')) return 'Pass what it needs of `import.meta` in `args`';
  if (reason.includes("'arguments'")) return 'Take them as a rest parameter, `(...args) =>`';
  if (reason.startsWith('Code generation')) return 'Start Node without `--disallow-code-generation-from-strings`';
  // Each engine has other words for the rest.
  if (/\bsuper\b/.test(reason)) return 'Write it without `super`';
  return /\bprivate (?:field|name)/i.test(reason) ? 'Write it as a function that uses no private members' : undefined;
}

interface Unsendable extends ErrorOptions {
  readonly remedy?: string | undefined;
}

function unsendable(
  task: AnyFunction,
  reason: string,
  { remedy = 'Write it as an arrow function of its own', ...options }: Unsendable = {},
): TypeError {
  return new TypeError(
    `the task "${nameOf(task)}" cannot be sent to a worker: ${reason}. ${remedy}, ` +
      `or export it from a module and use ${TASKS_CALL}`,
    options,
  );
}
