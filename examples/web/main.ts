// Serves a page that computes a picture on all cores: npm run demo:web -- [--port N] [--host ADDRESS]
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { serve } from './serve.ts';

const { port, host } = parseArgs({
  options: { port: { type: 'string', default: '8080' }, host: { type: 'string', default: 'localhost' } },
}).values;

try {
  const server = await serve({ port: Number(port), host });
  const url = new URL(`http://${host}/`);
  url.port = String((server.address() as AddressInfo).port);
  console.log(`open ${url.href} in a browser; Ctrl-C ends it`);
  process.once('SIGINT', () => {
    server.close();
    // Browsers keep connections open for another request.
    server.closeAllConnections();
  });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(
    code === 'EADDRINUSE' ? `port ${port} is taken: give another one by --port, or 0 for a free one` : message,
  );
  process.exitCode = 1;
}
