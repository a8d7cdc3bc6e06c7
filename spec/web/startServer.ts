import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
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

/** Starts a server of pages at a free port, and waits until it says that it is ready. */
export async function startServer(args: (port: string) => readonly string[], { cwd, env }: Options): Promise<Serving> {
  const port = await freePort();
  const program = new Program(process.execPath, args(port), env, { cwd, endBy: 'SIGKILL', stdio: 'pipe' });
  const { child } = program;
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (data: Buffer): void => {
      printed += data.toString();
      if (/\bready\b/i.test(printed)) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => {
      reject(new Error(`the server ended: ${printed}`));
    });
  });
  return {
    url: `http://localhost:${port}`,
    end: () => program.end(),
  };
}

async function freePort(): Promise<string> {
  const listener = createServer().listen(0);
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return String(port);
}
