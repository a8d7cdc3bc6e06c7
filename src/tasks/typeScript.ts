import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseUrl } from '../platform/parseUrl.ts';
import { findTsx, forRequire, loadTsx, tsxFlags } from './tsx.ts';

/** The ts-node that runs the parent of a worker by a hook of `require`. */
export interface TsNode {
  /** Its module, since it need not be installed in the project. */
  readonly path: string;
  /** The tsconfig it goes by. */
  readonly project: string | undefined;
}

/**
 * Tells a worker how its parent runs TypeScript, where the flags of the worker do not.
 *
 * @param tsNode - undefined if it does not run it by ts-node's hook.
 */
export function parentRunsTsNode(tsNode: TsNode | undefined): void {
  parent = { tsNode };
}

/** Whether it is ts-node that compiles a module: Node itself would strip its types, and take the rest as it is. */
export function isForTsNode(url: string): boolean {
  return parent?.tsNode !== undefined && /\.c?tsx?$/.test(parseUrl(url).pathname);
}

/**
 * Makes this thread import TypeScript as its parent does, where a worker does not inherit it: a loader that only registers
 * itself in the main thread (tsx on Node 20), or hooks of `require` (ts-node). Where the parent has other means, as test
 * runners do, it takes the tsx that is installed with the module.
 *
 * @param url - The module that is to be imported.
 * @returns What imports a module now; undefined if nothing here runs TypeScript.
 */
export function typeScriptImport(url: string): Promise<Import | undefined> {
  return (found ??= find(url));
}

/** Imports a module by its URL. */
export type Import = (url: string) => Promise<object>;

/** In a worker, how its parent runs TypeScript, which has checked the types. */
let parent: { readonly tsNode: TsNode | undefined } | undefined;
let found: Promise<Import | undefined> | undefined;

async function find(url: string): Promise<Import | undefined> {
  const folder = `${process.cwd()}/`;
  const require = createRequire(folder);

  const running = findTsx(tsxFlags(process.execArgv));
  if (running !== undefined) return await importByTsx(running);

  const tsNode = parent?.tsNode;
  if (tsNode !== undefined && !(Symbol.for('ts-node.register.instance') in process)) {
    const { path, project } = tsNode;
    const options = { transpileOnly: true, ...(project === undefined ? {} : { project }) };
    (require(path) as { register: (options: object) => unknown }).register(options);
  }
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated, and what every hook of `require` goes by.
  if (require.extensions['.ts'] !== undefined) return (url) => Promise.resolve(require(fileURLToPath(url)) as object);

  const installed = findTsx([url, folder]);
  if (installed === undefined) return undefined;
  return parent === undefined ? await importBesides(installed) : await importByTsx(installed, true);
}

/**
 * A worker runs nothing but tasks, so that all it imports may go by tsx.
 *
 * @param hooks - Whether what is required does not do so yet.
 */
async function importByTsx(api: string, hooks = false): Promise<Import> {
  if (hooks) (await loadTsx(forRequire(api))).register();
  (await loadTsx(api)).register();
  // Node remembers that the import of a URL has failed: it has to look like another one.
  return async (url) => (await import(`${url}${url.includes('?') ? '&' : '?'}typescript`)) as object;
}

/** Leaves the loading of the rest of the program as it is. */
async function importBesides(api: string): Promise<Import> {
  const own = { namespace: 'rxjs-parallel' };
  (await loadTsx(forRequire(api))).register(own);
  const { import: importModule } = (await loadTsx(api)).register(own);
  return (url) => importModule(url, url);
}
