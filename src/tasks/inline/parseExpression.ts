// Captured when this loads: a task may replace globals.
const NativeFunction = Function;

/**
 * Parses an expression as strict code, and runs nothing of it.
 *
 * @param expression - Its source text.
 * @param variables - The names of the variables that it can use, in addition to globals.
 * @returns A function of these variables that gives the expression's value.
 * @throws SyntaxError if it is none.
 */
export function parseExpression(expression: string, variables: readonly string[]): (...values: unknown[]) => unknown {
  // A function that is sent as text can be had back in no other way.
  return new NativeFunction(...variables, `"use strict";\nreturn ${expression};`) as (...values: unknown[]) => unknown;
}

/** The URL of the file from which Node resolves the imports of a parsed text; undefined in a CommonJS bundle. */
export const RESOLVED_FROM = (import.meta as { readonly url?: string }).url;
