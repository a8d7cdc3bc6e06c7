import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** A file that a task may write to, another one for each test. */
export interface Scratch {
  readonly file: string;
  readonly lines: () => readonly string[];
  /** Resolves as soon as the file has a line. */
  readonly has: (line: string) => Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-'));
// Not before: a task that was cancelled may still be writing.
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
let files = 0;

/** Makes a {@link Scratch} for the tests of the describe block it is called in. */
export function scratch(): Scratch {
  let file = '';
  beforeEach(() => {
    files += 1;
    file = join(folder, `${String(files)}.log`);
  });

  const lines = (): readonly string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  return {
    get file() {
      return file;
    },
    lines,
    has: async (line) => {
      await until(() => lines().includes(line));
    },
  };
}
