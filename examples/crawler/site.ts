import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web site of this computer. */
export interface Site {
  readonly url: string;
  /** How often somebody has asked for a page. */
  readonly requests: () => number;
  readonly close: () => void;
}

const links: Readonly<Record<string, readonly string[]>> = {
  '/': ['/news', '/team', '/shop'],
  '/news': ['/', '/team', '/old-news'],
  '/team': ['/', '/news'],
  '/shop': ['/', '/basket'],
  '/basket': ['/shop'],
};

/** Starts a site with the faults of real ones: `/shop` is busy at first, `/team` does not answer at first, `/old-news` is gone. */
export async function startSite(): Promise<Site> {
  let requests = 0;
  const seen = new Set<string>();

  const server = createServer(({ url: path = '' }, response) => {
    requests += 1;
    const isFirst = !seen.has(path);
    seen.add(path);

    if (path === '/team' && isFirst) return;
    if (path === '/shop' && isFirst) {
      response.writeHead(503).end();
      return;
    }
    const targets = links[path];
    response.writeHead(targets === undefined ? 404 : 200, { 'content-type': 'text/html' });
    response.end(targets?.map((target) => `<a href="${target}">${target}</a>`).join('\n'));
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests: () => requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
