/**
 * Takes the place of `Symbol.asyncDispose`, which not all browsers have. Where they lack it, compilers make of `await using` a call
 * of the method that has this name.
 */
export const asyncDispose: symbol = own() ?? Symbol.for('Symbol.asyncDispose');

/** Not by its full name, which the build replaces. */
function own(): symbol | undefined {
  const { asyncDispose: symbol } = Symbol as { readonly asyncDispose?: symbol };
  return symbol;
}
