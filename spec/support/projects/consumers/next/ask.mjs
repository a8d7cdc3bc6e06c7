// Starts the server that was built, asks for the page and the route, and prints the answer of the route.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const port = await freePort();
const server = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--port', String(port)]);
server.stderr.pipe(process.stderr);
let printed = '';
await new Promise((resolve, reject) => {
  server.stdout.on('data', (data) => {
    printed += data;
    if (/ready/i.test(printed)) resolve();
  });
  server.once('exit', () => {
    reject(new Error(`it did not start: ${printed}`));
  });
});

const ask = async (path) => {
  const answer = await fetch(`http://localhost:${port}${path}`);
  return answer.text();
};
const page = await ask('/');
// Twice: the second request finds the workers of the first.
await ask('/api/run');
const answer = await ask('/api/run');
server.removeAllListeners('exit');
server.kill();
await once(server, 'exit');
if (!answer.split('\n').every((line) => page.includes(line))) throw new Error(`the page has no results: ${page}`);
process.stdout.write(answer);

async function freePort() {
  const listener = createServer().listen(0);
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}
