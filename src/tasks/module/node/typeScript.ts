import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseUrl } from '../../../platform/parseUrl.ts';
import type { TsNode } from '../TsNode.ts';
import { isCommonJs } from './isCommonJs.ts';
import { findTsx, loadTsx, loadTsxRequire, tsxFlags } from './tsx.ts';

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
/** Whether Node has a hook of its own, by which it has refused the module. */
const STRIPS = Boolean((process.features as { readonly typescript?: unknown }).typescript);
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
  const byRequire: Import = (url) => Promise.resolve(require(fileURLToPath(url)) as object);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated, but every hook of `require` uses it.
  const hooked = require.extensions['.ts'] === undefined ? undefined : byRequire;
  if (hooked !== undefined && (tsNode !== undefined || !STRIPS)) return hooked;

  const installed = findTsx([url, folder]);
  if (installed === undefined) return hooked;
  return parent === undefined ? await importBesides(installed) : await importByTsx(installed, require);
}

/**
 * A worker runs nothing but tasks, so that all it imports may go by tsx.
 *
 * @param require - Given where nothing makes `require` go by tsx yet.
 */
async function importByTsx(api: string, require?: NodeJS.Require): Promise<Import> {
  if (require !== undefined) (await loadTsxRequire(api)).register();
  (await loadTsx(api)).register();
  return async (url) => {
    if (require !== undefined && isCommonJs(url)) return require(fileURLToPath(url)) as object;
    // Node remembers that the import of a URL has failed: it has to look like another one.
    return (await import(`${url}${url.includes('?') ? '&' : '?'}typescript`)) as object;
  };
}

/** Leaves the loading of the rest of the program as it is. */
async function importBesides(api: string): Promise<Import> {
  const own = { namespace: 'rxjs-parallel' };
  const { import: importModule } = (await loadTsx(api)).register(own);
  // It loads a compiler into this thread, which does not work if a test has replaced globals by those of a DOM.
  let forRequire: Promise<{ readonly require: (path: string, parent: string) => object }> | undefined;
  return async (url) => {
    if (!isCommonJs(url)) return await importModule(url, url);
    forRequire ??= loadTsxRequire(api).then(({ register }) => register(own));
    return (await forRequire).require(fileURLToPath(url), url);
  };
}
