import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Pooled } from 'rxjs-parallel';
import { refusalOf } from './refusalOf.ts';

/** The largest page, in bytes. */
const MAX_BYTES = 1_000_000;
/** Requests with at most so many characters go before the others. */
const SMALL = 4000;

/**
 * A server that renders the Markdown of `POST /render`.
 *
 * @param render - Renders a page on a pool.
 * @param metrics - The answer to `GET /metrics`.
 */
export function renderServer(render: Pooled<string, string>, metrics: () => Promise<string>): Server {
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      const { status, headers, text } = refusalOf(error);
      send(response, status, text, headers);
    });
  });
  return server;

  function send(
    response: ServerResponse,
    status: number,
    text: string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    // The client has disconnected, or the answer has begun.
    if (response.destroyed || response.headersSent) return;
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      // While the server closes, no connection stays open for another request.
      ...(server.listening ? {} : { connection: 'close' }),
      ...headers,
    });
    response.end(text);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method ?? ''} ${request.url ?? ''}`;
    if (route === 'GET /metrics') {
      send(response, 200, await metrics());
    } else if (route === 'POST /render') {
      const source = await bodyOf(request);
      if (source === undefined) {
        send(response, 413, `a page has at most ${String(MAX_BYTES)} bytes`, { connection: 'close' });
        return;
      }
      const gone = new AbortController();
      response.once('close', () => {
        gone.abort();
      });
      const page = await render(source, { signal: gone.signal, priority: source.length <= SMALL ? 1 : 0 });
      send(response, 200, page, { 'content-type': 'text/html; charset=utf-8' });
    } else send(response, 404, 'POST /render, or GET /metrics');
  }
}

/** The body of a request; undefined if it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length']) > MAX_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A request that is destroyed takes its connection with it, and the answer too.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
