import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line says. */
export interface Options {
  /** How many threads clean. */
  readonly workers: number;
  /** Where the cleaned rows go. */
  readonly out: string;
  /** Whether others clean the same file, too. */
  readonly compare: boolean;
}

/** Reads the command line. Ends the process if there is something wrong with it. */
export function readOptions(args: string[], defaultOut: string): Options {
  try {
    return parseOptions(args, defaultOut);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error('usage: npm run demo -- [--workers N] [--out FILE] [--compare]');
    process.exit(2);
  }
}

/**
 * Reads the command line.
 *
 * @throws TypeError that says what is wrong with it.
 */
export function parseOptions(args: string[], defaultOut: string): Options {
  const { values } = parseArgs({
    args,
    options: { workers: { type: 'string' }, out: { type: 'string' }, compare: { type: 'boolean' } },
  });
  const { workers = String(availableParallelism()), out = defaultOut, compare = false } = values;

  if (!/^\d{1,2}$/.test(workers)) throw new TypeError(`--workers must be an integer from 0 to 99, not '${workers}'`);
  if (out === '' || isFolder(out)) throw new TypeError(`--out must be a file, not '${out}'`);
  if (out !== defaultOut && !isFolder(dirname(out))) {
    throw new TypeError(`--out must be in a folder that exists, not '${out}'`);
  }
  return { workers: Number(workers), out, compare };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
