import { URL as NodeUrl } from 'node:url';

/**
 * Parses a URL by Node's own parser, also where a DOM has put another one in its place.
 *
 * @throws TypeError if it is none.
 */
export function parseUrl(text: string): URL {
  return new NodeUrl(text);
}
