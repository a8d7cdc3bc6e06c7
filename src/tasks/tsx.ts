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

/** The URL of the same for what is required, where {@link findTsx} has found the one for what is imported. */
export function forRequire(api: string): string {
  return api.replace(/\/esm(?=\/api\/)/, '/cjs');
}

/** The part of tsx that makes a thread import TypeScript. */
export interface Tsx {
  readonly register: {
    (): unknown;
    /** Only for what is imported by the function that it gives. */
    (options: { readonly namespace: string }): { import: (url: string, parent: string) => Promise<object> };
  };
}

/** Loads the API that {@link findTsx} has found. */
export async function loadTsx(api: string): Promise<Tsx> {
  return (await import(api)) as Tsx;
}

/** A name alone is looked for from the working directory, as Node does. */
function placeOf(value: string): string {
  if (value.startsWith('file:')) return value;
  return isAbsolute(value) || value.startsWith('.') ? resolve(value) : `${process.cwd()}/`;
}
