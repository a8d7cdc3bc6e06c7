import { captureScope, runInEmptyScope } from '../node/asyncScope.ts';
import type { RunInContext } from './RunInContext.ts';

export type { RunInContext };

interface Zone {
  readonly parent: Zone | null;
  run<T>(call: () => T): T;
}

/** Captures the async context of the caller. */
export function captureContext(): RunInContext {
  const runInScope = captureScope();
  const zone = currentZone();
  if (zone === undefined) return runInScope;
  return (call) => zone.run(() => runInScope(call));
}

/**
 * Calls a function in a context that belongs to no caller. Work that outlives a run begins here, since timers, promises and
 * handles hold the context in which they were made.
 */
export const runInRootContext: RunInContext = (call) => {
  let zone = currentZone();
  while (zone?.parent != null) zone = zone.parent;
  return zone === undefined ? runInEmptyScope(call) : zone.run(() => runInEmptyScope(call));
};

function currentZone(): Zone | undefined {
  return (globalThis as { readonly Zone?: { readonly current?: Zone } }).Zone?.current;
}
