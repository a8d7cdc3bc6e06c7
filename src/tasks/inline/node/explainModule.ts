import { filePath } from '../../../platform/filePath.ts';
import { ADVICE } from '../advice.ts';
import { RESOLVED_FROM } from '../parseExpression.ts';

/**
 * Explains the error of an inline task that imports a module which cannot be found. Undefined if it is another error.
 *
 * @param message - Its message.
 * @param task - How a message names the task.
 */
export function explainModule(error: object, message: string, task: string): Error | undefined {
  // Where a loader runs, Node gives a copy of the loader's error, without its code, and not a native one.
  if (!message.startsWith('Cannot find ') || !message.includes(IMPORTER)) return undefined;
  const [, specifier] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
  // It is looked for from this library, which may be elsewhere than the packages of the program.
  const remedy =
    specifier === undefined
      ? 'Import an absolute URL or a package'
      : 'Import it by its URL: take that as a parameter, and pass import.meta.resolve(...) in `args`';
  const reason =
    ` imported from ${task}, which was sent to the worker as its source text and has no file of its own. ${remedy}, ` +
    `or ${ADVICE}`;
  const explained = new Error(
    message.replace(IMPORTER, () => reason),
    { cause: error },
  );
  return Object.assign(explained, { code: 'ERR_MODULE_NOT_FOUND' });
}

const IMPORTER = ` imported from ${filePath(RESOLVED_FROM) ?? ''}`;
