import { dirname, join } from 'node:path';
import { run } from './run.ts';

/** The script of npx, where npm has started this program. */
export const NPX = join(dirname(process.env.npm_execpath ?? ''), 'npx-cli.js');

/** Runs npm, in a folder, and gives what it prints. */
export function npm(folder: string, ...args: string[]): Promise<string> {
  const script = process.env.npm_execpath;
  // Only a shell finds npm where it is a batch file.
  const isNpm = script !== undefined && /npm-cli\.[cm]?js$/.test(script);
  return isNpm
    ? run(process.execPath, [script, ...args], { cwd: folder })
    : run('npm', args, { cwd: folder, shell: process.platform === 'win32' });
}
