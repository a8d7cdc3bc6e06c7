// The same service in Fastify: node --import tsx examples/service/fastify.ts --port 3000
import { once } from 'node:events';
import { fastify } from 'fastify';
import { metricsOf } from './metrics.ts';
import { readOptions } from './options.ts';
import { refusalOf } from './refusalOf.ts';
import { renderer } from './renderer.ts';

/** Requests with at most so many characters go before the others. */
const SMALL = 4000;

const { port, pool, limits, drainMs } = readOptions(process.argv.slice(2));
const render = renderer(pool, limits);
const metrics = metricsOf(pool, render);

const app = fastify({ bodyLimit: 1_000_000, forceCloseConnections: 'idle' });
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
  done(null, body);
});

app.post('/render', async (request, reply) => {
  const source = request.body as string;
  const gone = new AbortController();
  // The response, not the request: that closes when its body has been read.
  reply.raw.once('close', () => {
    gone.abort();
  });
  const page = await render(source, { signal: gone.signal, priority: source.length <= SMALL ? 1 : 0 });
  return reply.type('text/html; charset=utf-8').send(page);
});

app.get('/metrics', async (_request, reply) => reply.type('text/plain').send(await metrics()));

// While the server closes, no connection stays open for another request.
app.addHook('onSend', async (_request, reply) => {
  if (!app.server.listening) reply.header('connection', 'close');
});

app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
  // Errors of Fastify itself have their status, such as 413 for a body that is too large.
  if (error.statusCode !== undefined) return reply.code(error.statusCode).send(error.message);
  const { status, headers, text } = refusalOf(error);
  return reply.code(status).headers(headers).type('text/plain').send(text);
});

await render.ready();
console.log(`listening on ${await app.listen({ port })}`);

await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
console.log('closing: what was taken is answered');
await app.close();
await pool.close({ drainMs });
