import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { Program } from './Program.ts';

interface Options {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A program that serves pages. */
interface Serving {
  readonly url: string;
  readonly end: () => Promise<void>;
}

/** Milliseconds that a server may take to start, on a machine with much other work. */
const LIMIT_MS = 120_000;

/** Starts a server of pages at a free port, and waits until it says that it is ready. */
export async function startServer(args: (port: string) => readonly string[], { cwd, env }: Options): Promise<Serving> {
  const port = await freePort();
  const program = new Program(process.execPath, args(port), env, { cwd, endBy: 'SIGKILL', stdio: 'pipe' });
  try {
    await ready(program);
  } catch (error) {
    await program.end();
    throw error;
  }
  return { url: `http://localhost:${port}`, end: () => program.end() };
}

function ready({ child }: Program): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (reason: string): void => {
      reject(new Error(`the server ${reason}; it printed ${JSON.stringify(printed)}`));
    };
    const late = setTimeout(fail, LIMIT_MS, `did not say "ready" in ${String(LIMIT_MS)} ms`);
    const listen = (data: Buffer): void => {
      printed += data.toString();
      // Some servers print in colours where the environment has CI, also to a pipe.
      if (!/\bready\b/i.test(stripVTControlCharacters(printed))) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(late);
      fail(`ended with ${String(code)} before it was ready`);
    });
  });
}

async function freePort(): Promise<string> {
  const listener = createServer().listen(0);
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return String(port);
}
