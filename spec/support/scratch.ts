import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that a task may write to, in a folder that is removed after each test. */
export interface Scratch {
  readonly file: string;
  readonly lines: () => readonly string[];
  /** Resolves as soon as the file has a line. */
  readonly has: (line: string) => Promise<void>;
}

/** Makes a {@link Scratch} per test of the describe block it is called in. */
export function scratch(): Scratch {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (): string => join(folder, 'log');
  const lines = (): readonly string[] =>
    existsSync(file()) ? readFileSync(file(), 'utf8').split('\n').slice(0, -1) : [];
  return {
    get file() {
      return file();
    },
    lines,
    has: async (line) => {
      while (!lines().includes(line)) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
