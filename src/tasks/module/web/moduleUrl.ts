import { inspect } from '../../../platform/inspect.ts';
import { isUrl } from '../../../platform/realms/isUrl.ts';
import { parseUrl } from '../../../platform/parseUrl.ts';

/**
 * The URL of a module of tasks.
 *
 * @param module - Its URL, also as text.
 * @throws TypeError that says what to write instead, if a worker cannot import it.
 */
export function moduleUrl(module: unknown): string {
  if (!isUrl(module) && typeof module !== 'string') throw new TypeError(`module must be a URL, not ${inspect(module)}`);
  const url = absolute(isUrl(module) ? module.href : module);
  if (/^data:video\/mp2t|\.[cm]?tsx?$/i.test(url.protocol === 'data:' ? url.href : url.pathname))
    throw new TypeError(
      `module must be JavaScript, not ${shortened(url.href)}, which a bundler has left as it is: ${ADVICE}`,
    );
  return url.href;
}

function absolute(text: string): URL {
  try {
    return parseUrl(text);
  } catch {
    throw new TypeError(
      `module must be an absolute URL, not ${inspect(text)}: write new URL(${inspect(text)}, import.meta.url)`,
    );
  }
}

const ADVICE =
  "write tasks(() => new Worker(new URL('./x.worker.ts', import.meta.url), { type: 'module' }), () => import('./x.ts')), and " +
  'call serve(...) of rxjs-parallel/worker in that script';

function shortened(url: string): string {
  return url.length > 100 ? `${url.slice(0, 100)}…` : url;
}
