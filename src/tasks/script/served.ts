import { perThread } from '../perThread.ts';

interface Held {
  /** The exports that the script of this worker serves, in a browser; undefined where this thread is no such worker. */
  module: object | undefined;
  /** The exports that the script serves which this thread imports at the moment, in Node. */
  gathered: object | undefined;
}

const held = (): Held => perThread('served', () => ({ module: undefined, gathered: undefined }));

/** Adds to the exports that the script of this worker serves. */
export function addServed(module: object): void {
  const here = held();
  here.module = { ...here.module, ...module };
}

/** The exports that the script of this worker serves; undefined where this thread is no such worker. */
export function served(): object | undefined {
  return held().module;
}

/** Adds to the exports that a script serves while this thread imports it; outside of an import it does nothing. */
export function gather(module: object): void {
  const here = held();
  if (here.gathered !== undefined) here.gathered = { ...here.gathered, ...module };
}

/** Imports a script, and gives the exports that it serves meanwhile. Only one script may be imported at a time. */
export async function gatherFrom(load: () => Promise<unknown>): Promise<object> {
  const here = held();
  here.gathered = {};
  try {
    await load();
    return here.gathered;
  } finally {
    here.gathered = undefined;
  }
}
