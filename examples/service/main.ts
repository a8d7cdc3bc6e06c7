// Renders Markdown for all who ask: node --import tsx examples/service/main.ts --port 3000
//   curl --data-binary @README.md http://localhost:3000/render
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { metricsOf } from './metrics.ts';
import { readOptions } from './options.ts';
import { renderer } from './renderer.ts';
import { renderServer } from './server.ts';

const { port, pool, limits, drainMs } = readOptions(process.argv.slice(2));
const render = renderer(pool, limits);
const server = renderServer(render, metricsOf(pool, render));

// The first request finds workers that have loaded the task.
await render.ready();
server.listen(port);
await once(server, 'listening');
console.log(`listening on http://localhost:${String((server.address() as AddressInfo).port)}`);

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
console.log('closing: what was taken is answered');
const closed = once(server, 'close');
server.close();
const late = setTimeout(() => {
  server.closeAllConnections();
}, drainMs);
await closed;
clearTimeout(late);
await pool.close({ drainMs });
