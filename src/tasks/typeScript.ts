import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseUrl } from '../platform/parseUrl.ts';

/** Tells a worker how its parent runs TypeScript, where the flags of the worker do not. */
export function parentRunsTsNode(project: string | undefined): void {
  tsNode = { transpileOnly: true, ...(project === undefined ? {} : { project }) };
}

/** Whether it is ts-node that compiles a module: Node itself would strip its types, and take the rest as it is. */
export function isForTsNode(url: string): boolean {
  return tsNode !== undefined && /\.c?tsx?$/.test(parseUrl(url).pathname);
}

/**
 * Makes this thread import TypeScript as its parent does, where a worker does not inherit it: a loader that only registers
 * itself in the main thread (tsx on Node 20), or hooks of `require` (ts-node).
 *
 * @returns What imports a module now; undefined if nothing here runs TypeScript.
 */
export function typeScriptImport(): Promise<Import | undefined> {
  return (found ??= find());
}

/** Imports a module by its URL. */
export type Import = (url: string) => Promise<object>;

/** What ts-node is to be registered with; the parent has checked the types. */
let tsNode: object | undefined;
let found: Promise<Import | undefined> | undefined;

async function find(): Promise<Import | undefined> {
  const require = createRequire(pathToFileURL(`${process.cwd()}/`));
  // Node remembers that the import of a URL has failed: it has to look like another one.
  const importModule: Import = async (url) =>
    (await import(`${url}${url.includes('?') ? '&' : '?'}typescript`)) as object;

  if (process.execArgv.some((flag) => /(^|[\\/=])tsx([\\/]|$)/.test(flag))) {
    // Its CommonJS twin looks for its hooks in the wrong place.
    const api = require.resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs');
    const tsx = (await import(pathToFileURL(api).href)) as { register: () => unknown };
    tsx.register();
    return importModule;
  }
  if (tsNode !== undefined && !(Symbol.for('ts-node.register.instance') in process))
    (require('ts-node') as { register: (options: object) => unknown }).register(tsNode);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated, and what every hook of `require` goes by.
  if (require.extensions['.ts'] === undefined) return undefined;
  return (url) => Promise.resolve(require(fileURLToPath(url)) as object);
}
