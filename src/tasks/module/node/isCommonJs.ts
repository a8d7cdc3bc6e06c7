import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filePath } from '../../../platform/filePath.ts';

/** Whether a module is a file of CommonJS, by its ending or by the `type` of its package, as Node decides it. */
export function isCommonJs(url: string): boolean {
  const path = filePath(url);
  if (path === undefined) return false;
  const letter = /\.([cm])[jt]sx?$/.exec(path)?.[1];
  return letter === undefined ? !isInModulePackage(dirname(path)) : letter === 'c';
}

function isInModulePackage(folder: string): boolean {
  const text = readManifest(folder);
  if (text !== undefined) return (JSON.parse(text) as { readonly type?: unknown }).type === 'module';
  const parent = dirname(folder);
  return parent !== folder && isInModulePackage(parent);
}

function readManifest(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
}
