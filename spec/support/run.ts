import { execFile, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

/** What a program has printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program, and gives what it prints on stdout. Rejects with {@link Failed} if it fails. */
export async function run(file: string, args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  return (await runBoth(file, args, options)).stdout;
}

/** Runs a program, and gives what it prints. Rejects with {@link Failed} if it fails. */
export async function runBoth(file: string, args: readonly string[], options: ExecFileOptions = {}): Promise<Output> {
  try {
    return await promisify(execFile)(file, args, { maxBuffer: 2 ** 28, ...options, encoding: 'utf8' });
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

interface Printed extends Error, Output {
  readonly killed?: boolean;
  readonly signal?: string | null;
}
