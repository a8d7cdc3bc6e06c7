import { execFile, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program, and gives what it prints. Rejects with {@link Failed} if it fails. */
export async function run(file: string, args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(file, args, { maxBuffer: 2 ** 28, ...options, encoding: 'utf8' });
    return stdout;
  } catch (error) {
    throw new Failed(error as Printed);
  }
}

/** What a program that failed has printed. */
export class Failed extends Error {
  readonly stdout: string;
  readonly stderr: string;

  constructor(printed: Printed) {
    super(printed.killed === true ? `ended by ${String(printed.signal)}, late` : printed.message, { cause: printed });
    this.stdout = printed.stdout;
    this.stderr = printed.stderr;
  }
}

interface Printed extends Error {
  readonly stdout: string;
  readonly stderr: string;
  readonly killed?: boolean;
  readonly signal?: string | null;
}
