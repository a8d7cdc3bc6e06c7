/** The errors of browsers name the URL that cannot be imported, and no file from which it was. */
export function explainModule(..._error: readonly [error: object, message: string, task: string]): undefined {
  return undefined;
}
