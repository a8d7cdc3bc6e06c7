import { currentTask } from 'rxjs-parallel/worker';

/** What the crawler keeps of a page. */
export interface Page {
  readonly path: string;
  readonly links: readonly string[];
  /** How often it was asked for. */
  readonly attempts: number;
}

/** Asks for a page, and finds its links. */
export async function readPage(url: string): Promise<Page> {
  // The signal aborts when the time is over, or nobody waits for the page any more. A task that stops then keeps its
  // worker; another one would be replaced.
  const { signal, attempt } = currentTask() ?? { signal: null, attempt: 1 };
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${String(response.status)} ${response.statusText}`);

  const html = await response.text();
  const links = [...html.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) => new URL(href, url).href);
  return { path: new URL(url).pathname, links, attempts: attempt };
}
