import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
};

/** Gives browsers the files of a folder, and receives what their pages post. */
export class PageServer {
  private readonly server: Server;
  private readonly root: string;
  private readonly headers: (path: string) => Readonly<Record<string, string>>;
  /** What pages write, by its names. */
  private readonly files = new Map<string, string>();
  private readonly received = new Map<string, (body: unknown) => void>();
  /** The test that a page has begun last. */
  begun: string | undefined;

  /**
   * @param root - The folder.
   * @param headers - More headers of a file.
   */
  constructor(root: string, headers: (path: string) => Readonly<Record<string, string>> = () => ({})) {
    this.root = root;
    this.headers = headers;
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://localhost:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Resolves with what a page posts to a path. */
  posted(path: string): Promise<unknown> {
    return new Promise((resolve) => this.received.set(path, resolve));
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** A file that pages append to, and read. */
  private async answerFile(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') this.files.set(name, (this.files.get(name) ?? '') + (await textOf(request)));
    const text = this.files.get(name);
    response.writeHead(text === undefined ? 404 : 200, { 'cache-control': 'no-store' }).end(text);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/files/')) {
      await this.answerFile(pathname, request, response);
      return;
    }
    if (request.method === 'POST') {
      const body = await textOf(request);
      // The page may be of another server.
      response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
      if (pathname === '/begun') this.begun = body;
      else this.received.get(pathname)?.(JSON.parse(body));
      return;
    }
    try {
      // Where the source names a file of TypeScript, esbuild has written one of JavaScript.
      const name = pathname === '/' ? '/index.html' : pathname.replace(/\.ts$/, '.js');
      const content = await readFile(join(this.root, name));
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      response
        .writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...this.headers(name) })
        .end(content);
    } catch {
      response.writeHead(404).end('not found');
    }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
