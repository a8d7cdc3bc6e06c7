/**
 * Whether an error says that the Content-Security-Policy of a page forbids to compile text. Node, started with a flag that forbids
 * the same, has an error of the same name.
 */
export function isOfPolicy(error: unknown): boolean {
  const { name, message } = (error ?? {}) as { readonly name?: unknown; readonly message?: unknown };
  return name === 'EvalError' && !String(message).startsWith('Code generation');
}
