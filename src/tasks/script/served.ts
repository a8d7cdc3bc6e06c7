import { perThread } from '../perThread.ts';

interface Held {
  /** The exports that the script of this worker serves; undefined where this thread is no such worker. */
  module: object | undefined;
}

const held = (): Held => perThread('served', () => ({ module: undefined }));

/** Adds to the exports that the script of this worker serves. */
export function addServed(module: object): void {
  const here = held();
  here.module = { ...here.module, ...module };
}

/** The exports that the script of this worker serves; undefined where this thread is no such worker. */
export function served(): object | undefined {
  return held().module;
}
