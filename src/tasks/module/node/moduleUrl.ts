import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from '../../../platform/inspect.ts';
import { isUrl } from '../../../platform/realms/isUrl.ts';
import { parseUrl } from '../../../platform/parseUrl.ts';

/**
 * The URL of a module of tasks.
 *
 * @param module - Its URL, also as text, or its absolute path.
 * @throws TypeError that says what to write instead, if a worker cannot import it, or would resolve it differently.
 */
export function moduleUrl(module: unknown): string {
  if (isUrl(module)) return ofUrl(module);
  if (typeof module === 'number')
    throw new TypeError(
      `module must be a URL or a string, not ${String(module)}, which webpack puts in place of require.resolve('./x.js'): ` +
        "write join(__dirname, 'x.js')",
    );
  if (typeof module !== 'string') throw new TypeError(`module must be a URL or a string, not ${inspect(module)}`);
  if (isAbsolute(module)) return pathToFileURL(module).href;
  if (!hasScheme(module))
    throw new TypeError(`module must be an absolute path or a file: URL, not ${inspect(module)}: ${adviceOn(module)}`);

  const url = parseUrl(module);
  importable(url, module);
  if (/^(?:file|node|data):$/.test(url.protocol)) return url.href;
  throw new TypeError(
    `module must be an absolute path or a file: URL, not ${inspect(module)}: a URL for a loader of your own is given as ` +
      `new URL(${inspect(module)})`,
  );
}

/** The URL of an asset is not that of a file: webpack makes such URLs for Next.js. */
function ofUrl({ href }: URL): string {
  if (hasScheme(href)) return importable(parseUrl(href), href);
  throw new TypeError(
    `module must be on this machine, not ${href}, which a bundler has put in its place: leave the module out of the bundle, ` +
      "and give its path, join(process.cwd(), 'x.js')",
  );
}

/** Whether a text is a URL, or a path of Windows, and no name of a module. */
function hasScheme(module: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(module);
}

/** @param given - The URL as it was written. */
function importable({ protocol, hostname, href }: URL, given: string): string {
  if (/^[a-z]:$/.test(protocol))
    throw new TypeError(
      process.platform === 'win32'
        ? `module must be a path or a file: URL, not the URL ${given}: a path is given as it is`
        : `module must be on this machine, not ${given}, which is a path of Windows`,
    );
  if (/^https?:$/.test(protocol) && hostname === 'localhost')
    throw new TypeError(
      `module must be a file, not ${given}, which Vite puts in place of new URL('./x.ts', import.meta.url) where there is a DOM: ` +
        "write import.meta.resolve('./x.ts')",
    );
  if (/^(?:https?|blob):$/.test(protocol))
    throw new TypeError(`module must be on this machine, not ${given}: write it to a file, and give the file's URL`);
  return href;
}

/** The advice for the specifier of an `import`, which has a meaning only in the file that contains it. */
function adviceOn(specifier: string): string {
  // Modules of CommonJS and exports of packages have no query.
  const name = specifier.replace(/\?.*$/, '');
  const isOfPackage = /^(?:#|@[\w.~-]+\/)/.test(name);
  const isNoPackage = /^(?:\.|[@~]\/|$)|[^\w./@~-]/.test(name);
  return [
    ...(isOfPackage ? [] : [besideAdvice(specifier, name)]),
    ...(isNoPackage && !isOfPackage
      ? []
      : [
          `for a module of a package, import.meta.resolve(${inspect(name)}), in CommonJS require.resolve(${inspect(name)})`,
        ]),
  ].join('; ');
}

function besideAdvice(specifier: string, name: string): string {
  const isPath = /[^./]/.test(name) && !/^[@~]\//.test(name);
  const [url, path] = isPath ? [specifier, name].map(relative) : ['./x.js', './x.js'];
  return (
    `for a module beside this one, write new URL(${inspect(url)}, import.meta.url), ` +
    `in CommonJS require.resolve(${inspect(path)}), in a bundle of CommonJS join(__dirname, ${inspect(path)})`
  );
}

/** A bare name is that of a package, and has no ending that a URL needs. */
function relative(path: string): string {
  if (/^\.\.?\//.test(path)) return path;
  return /\.\w+(?:\?|$)/.test(path) ? `./${path}` : `./${path}.js`;
}
