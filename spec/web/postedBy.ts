import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from './Browser.ts';
import { openPage } from './openPage.ts';
import { PageServer } from './PageServer.ts';

interface Options {
  /** The page; without one, index.html. */
  readonly path?: string;
  /** More headers of a file. */
  readonly headers?: (path: string) => Readonly<Record<string, string>>;
  /** Milliseconds that the page may take. */
  readonly limitMs: number;
}

/** What a page of a folder posts to /results in a browser; undefined if it posts nothing in time. */
export async function postedBy(
  browser: Browser,
  folder: string,
  { path = '/', headers, limitMs }: Options,
): Promise<unknown> {
  const server = new PageServer(folder, headers);
  const posted = server.posted('/results');
  try {
    const close = await openPage(browser, `${await server.listen()}${path}`);
    try {
      return await Promise.race([posted, sleep(limitMs, undefined, { ref: false })]);
    } finally {
      await close();
    }
  } finally {
    server.close();
  }
}
