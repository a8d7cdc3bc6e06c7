import { importModule } from '../module/node/importModule.ts';
import { perThread } from '../perThread.ts';
import { gatherFrom } from './served.ts';

/** A script that this thread has imported. */
interface Imported {
  /** The exports that it serves. */
  readonly served: object;
  /** Its own exports: all that is seen of a script which another one has imported before. */
  readonly own: object;
}

interface Scripts {
  readonly imported: Map<string, Promise<Imported>>;
  /** Settles when the last import that was begun has ended. */
  last: Promise<unknown>;
}

const scripts = (): Scripts => perThread('scripts', () => ({ imported: new Map(), last: Promise.resolve() }));

/**
 * Imports a script into this thread, once, and one script after the other, so that it is known which of them serves what.
 *
 * @param url - Its URL.
 * @param name - The name of the task, for the message of an error.
 * @returns The exports that it serves, or, if it serves none, its own.
 * @throws TaskLoadError if it cannot be imported.
 */
export async function importScript(url: string, name: string): Promise<object> {
  const here = scripts();
  const known = here.imported.get(url);
  const importing = known ?? here.last.then(() => importNow(url, name));
  if (known === undefined) {
    here.imported.set(url, importing);
    importing.catch(() => here.imported.delete(url));
    here.last = importing.catch(() => undefined);
  }
  const { served, own } = await importing;
  return Object.keys(served).length > 0 ? served : own;
}

async function importNow(url: string, name: string): Promise<Imported> {
  let own: object = {};
  const served = await gatherFrom(async () => {
    own = await importModule(url, name);
  });
  return { served, own };
}
