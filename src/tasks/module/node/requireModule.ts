import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Loads a module in a context that can only `require`, by the `require` of this file, if it has one: that of Jest compiles
 * the module as it does the test, and knows of its mocks.
 */
export function requireModule(url: string): object {
  const path = fileURLToPath(url);
  const own = (import.meta as { readonly require?: NodeJS.Require }).require;
  return (own ?? createRequire(path))(path) as object;
}
