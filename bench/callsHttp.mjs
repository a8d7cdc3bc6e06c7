import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** A server that makes a call for each request, with a signal that aborts when its client is gone. The client is a process. */
export const httpRow = (sides, mainMs, forMs) => ({
  name: 'HTTP, a tiny task, 32 connections',
  sides,
  run: async (side) => {
    const server = createServer((request, response) => {
      const controller = new AbortController();
      response.once('close', () => controller.abort());
      side.signal('empty', request.url, controller).then(
        (answer) => response.end(answer),
        (error) => response.writeHead(500).end(error.message),
      );
    }).listen(0);
    await once(server, 'listening');
    const cpu = mainMs();
    const client = fork(new URL('./workers/httpClient.mjs', import.meta.url), [
      `http://127.0.0.1:${server.address().port}/page`,
      String(Math.max(1, Math.round(forMs / 1000))),
    ]);
    const [{ total, perSecond, p99, failed }] = await once(client, 'message');
    if (failed > 0) throw new Error(`${failed} requests have failed`);
    server.close();
    server.closeAllConnections();
    return { perSecond, p99: Math.max(1, p99), mainUs: (1000 * (mainMs() - cpu)) / total };
  },
});
