import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What a program wrote, and how it ended. */
export interface Run {
  readonly lines: readonly string[];
  readonly stderr: string;
  readonly code: number | null;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-example-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs an example as its command line does, and waits until it ends by itself. Our own hooks start faster than tsx. */
export async function runExample(name: string, ...args: readonly string[]): Promise<Run> {
  const path = join(folder, 'stdout');
  // A file, since a pipe cannot be opened by its name `/dev/stdout`.
  const stdout = openSync(path, 'w');
  try {
    const flags = ['--import', './spec/support/register.js'];
    const child = spawn(process.execPath, [...flags, `examples/${name}`, ...args], {
      cwd: root,
      stdio: ['ignore', stdout, 'pipe'],
    });
    const [stderr, [code]] = await Promise.all([
      text(child.stderr as Readable),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { lines: readFileSync(path, 'utf8').split('\n').slice(0, -1), stderr, code };
  } finally {
    closeSync(stdout);
  }
}
