/** Calls a function in an async context: what AsyncLocalStorage gives there, and the zone of zone.js. */
export type RunInContext = <T>(call: () => T) => T;
