import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../support/npm.ts';
import { run } from '../support/run.ts';

/** A Node to run programs with. */
export interface NodeVersion {
  /** As it says itself: `v22.23.3`. */
  readonly version: string;
  /** Whether it runs TypeScript by itself. */
  readonly strips: boolean;
  readonly binary: string;
  /** The environment of programs, in which it is the one that is called `node`. */
  readonly env: NodeJS.ProcessEnv;
}

const ASK = '`${process.version} ${process.features.typescript}`';
/** Where what the matrix installs for itself is kept. */
export const CACHE = fileURLToPath(new URL('../../.cache/matrix/', import.meta.url));

/**
 * Installs a Node from npm, where the package `node` brings the binary of a package for each platform.
 *
 * @param range - Such as 22, or 22.12.0.
 */
export async function installNode(range: string): Promise<NodeVersion> {
  const folder = join(CACHE, `node-${range}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await npm(folder, 'install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', `node@${range}`);

  const binary = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return await versionOf(binary);
}

/** The Node that runs this. */
export async function ownNode(): Promise<NodeVersion> {
  return await versionOf(process.execPath);
}

async function versionOf(binary: string): Promise<NodeVersion> {
  const [version = '', strips] = (await run(binary, ['-p', ASK])).trim().split(' ');
  return {
    version,
    strips: strips === 'strip',
    binary,
    env: { ...ownEnv(), PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}` },
  };
}

/** Without what npm and the matrix itself run by. */
function ownEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^(NODE_OPTIONS|INIT_CWD|PATH)$/i.test(name)),
  );
}
