import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServeConfig } from '../../pools/queue/node/machine/ServeConfig.ts';
import { serveTasks } from '../../pools/queue/node/machine/serveTasks.ts';
import { importModule } from '../../tasks/module/node/importModule.ts';

/**
 * Serves tasks until a signal ends this process.
 *
 * @param file - A module whose default export is the options of `serveTasks`. It may be of TypeScript.
 * @throws TypeError if there is no such file, or it exports no options; rejects as `serveTasks` does.
 */
export async function worker(file: string): Promise<void> {
  const path = resolve(file);
  if (![path, path.replace(/js$/, 'ts')].some((candidate) => existsSync(candidate)))
    throw new TypeError(`there is no file ${path}`);
  const { default: config } = (await importModule(pathToFileURL(path).href, 'default')) as {
    readonly default?: ServeConfig & { readonly default?: ServeConfig };
  };
  // CommonJS that a compiler has made has one inside the other.
  const options = config?.default ?? config;
  if (typeof options !== 'object')
    throw new TypeError(
      `${file} must export the options of serveTasks by default: export default { connection, modules }`,
    );
  await serveTasks({ signals: true, ...options });
  console.log(`rxjs-parallel worker: process ${String(process.pid)} serves ${Object.keys(options.modules).join(', ')}`);
}
