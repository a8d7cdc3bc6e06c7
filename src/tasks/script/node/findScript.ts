import { statSync } from 'node:fs';
import { parseUrl } from '../../../platform/parseUrl.ts';
import type { FoundScript } from '../FoundScript.ts';
import type { Script } from '../Script.ts';
import { captureScript } from './captureScript.ts';

const found = new WeakMap<Script, FoundScript>();

/** Finds the file of a script, by the function that starts workers of browsers. It is looked for once. */
export function findScript(script: Script): FoundScript {
  const known = found.get(script);
  if (known !== undefined) return known;
  const place = find(script);
  found.set(script, place);
  return place;
}

function find(script: Script): FoundScript {
  const captured = captureScript(script);
  if ('reason' in captured) return captured;
  let url: URL;
  try {
    url = parseUrl(captured.url);
  } catch {
    return { reason: `${captured.url} is no absolute URL` };
  }
  if (url.protocol !== 'file:') return { reason: `${url.href} is no URL of a file` };
  const there = namesOf(url).filter(isFile);
  const [first] = there;
  if (first === undefined) return { reason: `there is no file ${url.href}` };
  // A compiler may leave both in one folder: the caller is of the kind that runs.
  const kind = isTypeScript(captured.caller ?? url.href);
  return { url: there.find((name) => isTypeScript(name) === kind) ?? first };
}

/** The names that a script may have: as it is written, before or after a compiler, and where an ending is left out. */
function namesOf({ href }: URL): string[] {
  if (/\.[cm]?[jt]sx?(?=[?#]|$)/.test(href))
    return [href, href.replace(/(?<=\.[cm]?)[jt](?=sx?(?:[?#]|$))/, (letter) => (letter === 't' ? 'j' : 't'))];
  return ['.ts', '.mts', '.js', '.mjs'].map((ending) => href.replace(/(?=[?#]|$)/, ending));
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?(?:[?#]|$)/.test(file);
}

function isFile(url: string): boolean {
  return statSync(parseUrl(url), { throwIfNoEntry: false })?.isFile() === true;
}
