import { fileURLToPath } from 'node:url';

/**
 * The path of a module, given its `import.meta.url`; undefined where a bundler leaves no URL of a file there.
 *
 * @param url - What `import.meta.url` is.
 */
export function filePath(url: unknown): string | undefined {
  try {
    return fileURLToPath(url as string);
  } catch {
    return undefined;
  }
}
