import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from './Browser.ts';
import { openPage } from './openPage.ts';
import { PageServer } from './PageServer.ts';

interface Options {
  /** The page: a path, or the URL of a page of another server, which is told where to post by `?results=`. Default: index.html. */
  readonly path?: string;
  /** More headers of a file. */
  readonly headers?: (path: string) => Readonly<Record<string, string>>;
  /** Milliseconds that the page may take. */
  readonly limitMs: number;
}

/**
 * What a page of a folder, or of a server, posts to /results in a browser.
 *
 * @throws Error if it posts nothing in time; it names the test that the page has begun last.
 */
export async function postedBy(
  browser: Browser,
  folder: string,
  { path = '/', headers, limitMs }: Options,
): Promise<unknown> {
  const server = new PageServer(folder, headers);
  const posted = server.posted('/results');
  try {
    const origin = await server.listen();
    const results = `results=${encodeURIComponent(`${origin}/results`)}`;
    const url = path.startsWith('/') ? `${origin}${path}` : `${path}?${results}`;
    const close = await openPage(browser, url);
    try {
      const isLate = Symbol('late');
      const result = await Promise.race([posted, sleep(limitMs, isLate, { ref: false })]);
      if (result !== isLate) return result;
      const { begun = 'none' } = server;
      throw new Error(
        `${browser.name} posts no results in ${String(limitMs)} ms; the last test that has begun: ${begun}`,
      );
    } finally {
      await close();
    }
  } finally {
    server.close();
  }
}
