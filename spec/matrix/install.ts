import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../support/npm.ts';
import { run } from '../support/run.ts';
import type { Consumer, Installer } from './Consumer.ts';
import { CACHE } from './nodes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROJECTS = join(ROOT, 'spec/support/projects/consumers');
const RXJS = '7.8.2';

/** Packs the package as it was built, and gives the path of the file. */
export async function pack(folder: string): Promise<string> {
  const listing = await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [{ filename }] = JSON.parse(listing) as [{ filename: string }];
  return join(folder, filename);
}

/** Tells consumers that can share one project, which differ only in how it is run, from others. */
export function projectKey({ source, packages, installer, manifest, files }: Consumer): string {
  return JSON.stringify([source, packages, installer, manifest, files]);
}

/** Makes the project of a consumer in a folder of its own, installs what it needs, and gives the folder. */
export async function install(consumer: Consumer, folder: string, packed: string): Promise<string> {
  const project = join(folder, consumer.id);
  const isCommonJs = /^cjs|^one-file/.test(consumer.source);
  const manifest = {
    name: consumer.id,
    private: true,
    type: isCommonJs ? 'commonjs' : 'module',
    dependencies: { 'rxjs-parallel': `file:${packed}`, rxjs: RXJS, ...consumer.packages },
    ...consumer.manifest,
  };
  mkdirSync(project, { recursive: true });
  mkdirSync(join(folder, 'beside'), { recursive: true });
  cpSync(join(PROJECTS, consumer.source), project, { recursive: true });
  for (const [name, content] of Object.entries({ 'package.json': manifest, ...consumer.files })) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), typeof content === 'string' ? content : JSON.stringify(content));
  }

  const { installer } = consumer;
  if (installer === undefined) await npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund');
  else await run(process.execPath, [await fetchInstaller(installer), ...installer.args], { cwd: project });
  return project;
}

/** Installs a package manager, and gives the path of its script. */
async function fetchInstaller({ package: name, version, script }: Installer): Promise<string> {
  const folder = join(CACHE, `${name.replaceAll(/\W/g, '-')}-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await npm(folder, 'install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', `${name}@${version}`);
  return join(folder, 'node_modules', name, script);
}
