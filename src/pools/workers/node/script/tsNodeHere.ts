import { createRequire } from 'node:module';
import type { TsNode } from '../../../../tasks/module/TsNode.ts';

/** How ts-node's require hook runs TypeScript in this process, if it does: a worker would not, unless it is told. */
export function tsNodeHere(): TsNode | undefined {
  const service = (process as { [SERVICE]?: { readonly configFilePath?: string } })[SERVICE];
  if (service === undefined) return undefined;

  const loaded = Object.keys(createRequire(`${process.cwd()}/`).cache);
  const path = loaded.find((file) => /[\\/]ts-node[\\/]dist[\\/]index\.js$/.test(file)) ?? 'ts-node';
  return { path, project: service.configFilePath };
}

const SERVICE = Symbol.for('ts-node.register.instance');
