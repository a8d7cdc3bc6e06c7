import { isNativeError, isProxy } from '../../platform/types.ts';
import { ADVICE } from './advice.ts';
import { explainModule } from './node/explainModule.ts';

/**
 * Explains the error of an inline task that uses a variable or a module which does not exist in the worker. The result is
 * an error of the same kind that says what to do, with the original as its cause. Every other error is returned as it is.
 * Never throws.
 *
 * @param error - What the task threw.
 * @param taskName - The name of the task.
 * @param option - The option by which the task is given values.
 */
export function explainReference(error: unknown, taskName: string, option = 'args'): unknown {
  if (typeof error !== 'object' || error === null || isProxy(error)) return error;

  const message: unknown = Object.getOwnPropertyDescriptor(error, 'message')?.value;
  if (typeof message !== 'string') return error;
  const task = `the task "${taskName || 'anonymous'}"`;
  const missing = explainModule(error, message, task);
  if (missing !== undefined) return withFramesOf(error, missing);
  return isNativeError(error) && error.name === 'ReferenceError'
    ? explainVariable(error, message, task, option)
    : error;
}

function explainVariable(error: ReferenceError, message: string, task: string, option: string): ReferenceError {
  // The second one is of JavaScriptCore.
  const variable = /^(?:(\S+) is not defined|Can't find variable: (\S+))$/.exec(message)?.slice(1).find(Boolean);
  if (variable === undefined) return error;

  const explained = new ReferenceError(
    `${variable} is not defined in the worker: ${task} was sent there as its source text, without the variables around ` +
      `it. ${remedyFor(variable, option)}`,
    { cause: error },
  );
  return withFramesOf(error, explained);
}

function remedyFor(variable: string, option: string): string {
  if (variable === 'this') return `Either ${ADVICE}, or pass the data that it needs of it in \`${option}\``;
  // CommonJS defines it in each file, and compilers write it for an import, also for one inside the function.
  if (variable === 'require')
    return `Import what it needs inside it, with \`await import(...)\`, compiled to ES modules, or ${ADVICE}`;
  const asData = `if ${variable} is data, take it as a parameter and pass it in \`${option}\``;
  // A variable of the program may have such a name, too.
  if (/^(?:import_\w+|\w+_\d+|__vi\w*_import_\d+__)$/.test(variable))
    return `Import what it needs inside it, with \`await import(...)\`, or ${ADVICE}, or, ${asData}`;
  return `Either ${ADVICE}, or, ${asData}${RENAMED.test(variable) ? renamedAdvice(variable) : ''}`;
}

/** A name as minifiers give, or one of two that a bundler has found in a program. */
const RENAMED = /^[\w$]{1,3}$|^(?:currentTask|transfer)[\d_$]/;

function renamedAdvice(variable: string): string {
  return (
    `. If a bundler has renamed an imported currentTask or transfer to ${variable}, write it without the import, since both are ` +
    "there in workers: in TypeScript, declare const currentTask: typeof import('rxjs-parallel/worker').currentTask"
  );
}

function withFramesOf<Explained extends Error>({ stack = '' }: { stack?: string }, explained: Explained): Explained {
  // V8 writes the message above the frames, and other engines write frames alone.
  const at = /^ {4}at |^[^\n]*@[^\n]*:\d+:\d+$/m.exec(stack)?.index;
  explained.stack = `${explained.name}: ${explained.message}${at === undefined ? '' : `\n${stack.slice(at)}`}`;
  return explained;
}
