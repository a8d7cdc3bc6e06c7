import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** RxJS as one module. The package has only modules that leave out the endings of files, which browsers need. */
export async function bundleRxjs(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['rxjs'],
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}
