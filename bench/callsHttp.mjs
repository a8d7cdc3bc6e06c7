import { once } from 'node:events';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';

/** A server that makes a call for each request, with a signal that aborts when its client is gone. The client is a thread. */
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
    const client = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       require('autocannon')(workerData).then(({ requests, latency, non2xx, errors }) =>
         parentPort.postMessage({ total: requests.total, perSecond: requests.average, p99: latency.p99, failed: non2xx + errors }));`,
      {
        eval: true,
        workerData: {
          url: `http://127.0.0.1:${server.address().port}/page`,
          connections: 32,
          duration: Math.max(1, Math.round(forMs / 1000)),
        },
      },
    );
    const [{ total, perSecond, p99, failed }] = await once(client, 'message');
    if (failed > 0) throw new Error(`${failed} requests have failed`);
    server.close();
    server.closeAllConnections();
    await client.terminate();
    return { perSecond, p99: Math.max(1, p99), mainUs: (1000 * (mainMs() - cpu)) / total };
  },
});
