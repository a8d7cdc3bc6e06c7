import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Finds the tsx that the flags of Node name, which may be installed anywhere: `npx tsx` has it in a cache of npm.
 *
 * @returns Where to look for it, in order.
 */
export function tsxFlags(flags: readonly string[]): string[] {
  const values = flags.map((flag) => flag.replace(/^--[\w-]+=/, ''));
  return values.filter((value) => /(^|[\\/])tsx([\\/]|$)/.test(value)).map(placeOf);
}

/**
 * Finds the API of tsx.
 *
 * @param places - Files of it, or of packages that have it installed, by URL or path.
 * @returns The URL of its API; undefined if none of them has it.
 */
export function findTsx(places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      // Its CommonJS twin looks for its hooks in the wrong place.
      return pathToFileURL(
        createRequire(place)
          .resolve('tsx/esm/api')
          .replace(/\.cjs$/, '.mjs'),
      ).href;
    } catch {
      // The next one may have it.
    }
  }
  return undefined;
}

/** The part of tsx that makes a thread import TypeScript. */
export interface TsxImport {
  readonly register: {
    (): unknown;
    /** Affects only modules that the returned function imports. */
    (options: Namespace): { readonly import: (url: string, parent: string) => Promise<object> };
  };
}

/** The part of tsx that makes a thread require TypeScript, by a compiler that it loads into the thread. */
export interface TsxRequire {
  readonly register: {
    (): unknown;
    /** Affects only modules that the returned function requires. */
    (options: Namespace): { readonly require: (path: string, parent: string) => object };
  };
}

interface Namespace {
  readonly namespace: string;
}

/** Loads the API that {@link findTsx} has found. */
export async function loadTsx(api: string): Promise<TsxImport> {
  return (await import(api)) as TsxImport;
}

/** Loads its counterpart for CommonJS. */
export async function loadTsxRequire(api: string): Promise<TsxRequire> {
  return (await import(api.replace(/\/esm(?=\/api\/)/, '/cjs'))) as TsxRequire;
}

/** Node resolves a bare name from the working directory. */
function placeOf(value: string): string {
  if (value.startsWith('file:')) return value;
  return isAbsolute(value) || value.startsWith('.') ? resolve(value) : `${process.cwd()}/`;
}
