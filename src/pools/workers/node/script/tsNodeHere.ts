import { createRequire } from 'node:module';
import type { TsNode } from '../../../../tasks/module/TsNode.ts';

/** The settings of ts-node's require hook in this process; undefined without the hook. A worker does not inherit the hook. */
export function tsNodeHere(): TsNode | undefined {
  const service = (process as { [SERVICE]?: { readonly configFilePath?: string } })[SERVICE];
  if (service === undefined) return undefined;

  const loaded = Object.keys(createRequire(`${process.cwd()}/`).cache);
  const path = loaded.find((file) => /[\\/]ts-node[\\/]dist[\\/]index\.js$/.test(file)) ?? 'ts-node';
  return { path, project: service.configFilePath };
}

const SERVICE = Symbol.for('ts-node.register.instance');
