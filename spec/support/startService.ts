import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** An HTTP service in a process of its own. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  /** The processes of its pool; empty where the system does not tell them by files. */
  workers(): readonly number[];
  /** Sends it a signal. Resolves when it has ended, to its exit code and what it wrote to stderr. */
  stop(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly stderr: string }>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Starts an example that serves HTTP on a free port, and waits until it listens. */
export async function startService(name: string, ...args: readonly string[]): Promise<Service> {
  const flags = ['--import', './spec/support/register.js'];
  const child = spawn(process.execPath, [...flags, `examples/${name}`, '--port', '0', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  const stderr = text(child.stderr);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    exited.then(async ([code]) => {
      throw new Error(`${name} ended with ${String(code)} before it listened: ${await stderr}`);
    }),
  ]);
  const pid = child.pid as number;
  return {
    url: first[0].replace(/^listening on /, ''),
    pid,
    workers: () => childrenOf(pid),
    stop: async (signal) => {
      child.kill(signal);
      const [code] = await exited;
      return { code, stderr: await stderr };
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
      .split(' ')
      .filter((each) => each !== '')
      .map(Number);
  } catch {
    return [];
  }
}
