import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../support/npm.ts';
import type { Consumer } from './Consumer.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROJECTS = join(ROOT, 'spec/support/projects/consumers');
const RXJS = '7.8.2';

/** Packs the package as it was built, and gives the path of the file. */
export async function pack(folder: string): Promise<string> {
  const listing = await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [{ filename }] = JSON.parse(listing) as [{ filename: string }];
  return join(folder, filename);
}

/** Makes the project of a consumer in a folder of its own, installs what it needs, and gives the folder. */
export async function install(consumer: Consumer, folder: string, packed: string): Promise<string> {
  const project = join(folder, consumer.id);
  const manifest = {
    private: true,
    type: consumer.source.startsWith('cjs') ? 'commonjs' : 'module',
    dependencies: { 'rxjs-parallel': `file:${packed}`, rxjs: RXJS, ...consumer.packages },
  };
  mkdirSync(project, { recursive: true });
  cpSync(join(PROJECTS, consumer.source), project, { recursive: true });
  for (const [name, content] of Object.entries({ 'package.json': manifest, ...consumer.files }))
    writeFileSync(join(project, name), typeof content === 'string' ? content : JSON.stringify(content));
  await npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund');
  return project;
}
