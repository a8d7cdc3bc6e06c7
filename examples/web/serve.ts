import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { bundleRxjs } from './bundleRxjs.ts';

/** Where a server listens. */
export interface Address {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
}

/** Which files a URL may name: those of the page, and of the library. A name has no slash, so that it stays in its folder. */
const NAME = /^\/(rxjs-parallel\/)?([\w-]+\.(?:html|css|js))$/;
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

const page = new URL('./page/', import.meta.url);
/** The library as it is built for browsers. */
const library = new URL('./web/', import.meta.resolve('rxjs-parallel'));

/**
 * Serves the page: its files as they are, the build of the library, and RxJS in one file.
 *
 * @throws Error if the port is taken.
 */
export async function serve({ port, host }: Address): Promise<Server> {
  const rxjs = await bundleRxjs();
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    void answer(pathname === '/' ? '/index.html' : pathname, response);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;

  async function answer(path: string, response: ServerResponse): Promise<void> {
    const [, folder, name] = NAME.exec(path) ?? [];
    try {
      if (name === undefined) throw new Error('no file of the page');
      const text = path === '/rxjs.js' ? rxjs : await readFile(new URL(name, folder === undefined ? page : library));
      const type = `${TYPES[extname(name)] ?? ''}; charset=utf-8`;
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(text);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
    }
  }
}
