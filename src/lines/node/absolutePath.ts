import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isUrl } from '../../platform/realms/isUrl.ts';
import { show } from '../../util/check.ts';

/** The path of a file for all workers, whichever folder they work in. */
export function absolutePath(name: string, path: unknown): string {
  if (isUrl(path)) return fileURLToPath(path.href);
  if (typeof path !== 'string' || path === '')
    throw new TypeError(`${name} must be a path or a URL, not ${show(path)}`);
  return resolve(path);
}
