import { fileURLToPath } from 'node:url';
import { Failed, run } from '../support/run.ts';
import type { Cell } from './cell.ts';
import type { NodeVersion } from './nodes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOCHA = fileURLToPath(new URL('../../node_modules/mocha/bin/mocha.js', import.meta.url));
const LATE_MS = 20 * 60_000;

/** Runs the specs of the package itself. */
export async function fillSuiteCell(node: NodeVersion): Promise<Cell> {
  try {
    await run(node.binary, [MOCHA, '--no-color'], { cwd: ROOT, env: node.env, timeout: LATE_MS });
    return { kind: 'works' };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const failing = /^ *(\d+ failing)$/m.exec(error.stdout);
    const log = failing === null ? error.stdout + error.stderr : error.stdout.slice(failing.index);
    return { kind: 'fails', reason: failing?.[1] ?? error.message, log };
  }
}
