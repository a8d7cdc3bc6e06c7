import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** The file that says that it has been loaded by this program. */
export const mark = join(tmpdir(), `rxjs-parallel-loaded-${String(isMainThread ? process.ppid : process.pid)}`);

if (!existsSync(mark)) {
  writeFileSync(mark, '');
  process.exit(4);
}

export const times = (n: number, factor: number): number => n * factor;
