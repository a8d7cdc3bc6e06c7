import { types } from 'node:util';

/**
 * Says of a variable that an inline task does not find in the worker what to do about it. The result is a
 * ReferenceError with the original as its cause; every other error is given back as it is. Never throws.
 *
 * @param error - What the task threw.
 * @param taskName - The name of the task.
 */
export function explainReference(error: unknown, taskName: string): unknown {
  if (!types.isNativeError(error) || !(error instanceof ReferenceError)) return error;

  const original: unknown = Object.getOwnPropertyDescriptor(error, 'message')?.value;
  const variable = typeof original === 'string' ? /^(\S+) is not defined$/.exec(original)?.[1] : undefined;
  if (variable === undefined) return error;

  const explained = new ReferenceError(
    `${variable} is not defined in the worker: the task "${taskName || 'anonymous'}" was sent there as its source text, ` +
      `without the variables around it. Pass ${variable} in \`args\`, or export the task from a module and use ` +
      "tasks(new URL('./x.js', import.meta.url))",
    { cause: error },
  );
  explained.stack = `ReferenceError: ${explained.message}${framesOf(error)}`;
  return explained;
}

function framesOf({ stack = '' }: Error): string {
  const at = stack.indexOf('\n    at');
  return at < 0 ? '' : stack.slice(at);
}
