import { AsyncResource } from 'node:async_hooks';

/** Calls a function in an async context: what AsyncLocalStorage gives there, and the zone of zone.js. */
export type RunInContext = <T>(call: () => T) => T;

interface Zone {
  readonly parent: Zone | null;
  run<T>(call: () => T): T;
}

const NAME = 'rxjs-parallel';

/** Where a resource keeps stores: up to Node 22 in a property for each AsyncLocalStorage, later all in one. */
const STORES: ReadonlySet<string | undefined> = new Set(['kResourceStore', 'context_frame']);

const root = emptyResource();

/** Captures the async context of the caller. */
export function captureContext(): RunInContext {
  const resource = new AsyncResource(NAME);
  const zone = currentZone();
  if (zone === undefined) return (call) => resource.runInAsyncScope(call);
  return (call) => zone.run(() => resource.runInAsyncScope(call));
}

/**
 * Calls a function in a context that belongs to no caller. Work that outlives a run begins here, since timers, promises and
 * handles hold the context in which they were made.
 */
export const runInRootContext: RunInContext = (call) => {
  // A new resource each time: up to Node 22, `enterWith` in the call would change that of all later calls.
  const inEmptyScope = (): ReturnType<typeof call> =>
    root.runInAsyncScope(() => new AsyncResource(NAME).runInAsyncScope(call));
  let zone = currentZone();
  while (zone?.parent != null) zone = zone.parent;
  return zone === undefined ? inEmptyScope() : zone.run(inEmptyScope);
};

/** A resource without stores. This module may be loaded in the course of a request, whose stores Node would copy to it. */
function emptyResource(): AsyncResource {
  const resource = new AsyncResource(NAME);
  for (const symbol of Object.getOwnPropertySymbols(resource))
    if (STORES.has(symbol.description)) Reflect.deleteProperty(resource, symbol);
  return resource;
}

function currentZone(): Zone | undefined {
  return (globalThis as { readonly Zone?: { readonly current?: Zone } }).Zone?.current;
}
