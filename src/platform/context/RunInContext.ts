/** Calls a function in an async context: with its stores of AsyncLocalStorage, and its zone of zone.js. */
export type RunInContext = <T>(call: () => T) => T;
