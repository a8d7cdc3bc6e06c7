import { AsyncResource } from 'node:async_hooks';
import type { RunInContext } from '../context/RunInContext.ts';

const NAME = 'rxjs-parallel';

/** Where a resource keeps stores: up to Node 22 in a property for each AsyncLocalStorage, later all in one. */
const STORES: ReadonlySet<string | undefined> = new Set(['kResourceStore', 'context_frame']);

const root = emptyResource();

/** Captures the stores of AsyncLocalStorage that the caller has. */
export function captureScope(): RunInContext {
  const resource = new AsyncResource(NAME);
  return (call) => resource.runInAsyncScope(call);
}

/** Calls a function without any store of AsyncLocalStorage. */
export const runInEmptyScope: RunInContext = (call) =>
  // A new resource each time: up to Node 22, `enterWith` in the call would change that of all later calls.
  root.runInAsyncScope(() => new AsyncResource(NAME).runInAsyncScope(call));

/** A resource without stores. This module may be loaded in the course of a request, whose stores Node would copy to it. */
function emptyResource(): AsyncResource {
  const resource = new AsyncResource(NAME);
  for (const symbol of Object.getOwnPropertySymbols(resource))
    if (STORES.has(symbol.description)) Reflect.deleteProperty(resource, symbol);
  return resource;
}
