const { URL: OwnUrl } = globalThis;

/**
 * Parses a URL.
 *
 * @throws TypeError if it is none.
 */
export function parseUrl(text: string): URL {
  return new OwnUrl(text);
}
