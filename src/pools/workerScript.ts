import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// In a CommonJS bundle nothing tells where the file is.
const { url } = import.meta as { readonly url?: string };

/** What a worker runs. Bundlers that copy what a module names know this form of it. */
export const SCRIPT = url === undefined ? 'worker.cjs' : fileURLToPath(new URL('./worker.cjs', import.meta.url));

/** Why there can be no workers here, if so. */
export function workersMissing(): string | undefined {
  return existsSync(SCRIPT)
    ? undefined
    : `there is no worker script at ${SCRIPT}: a bundler has to leave this package out (esbuild: --external:rxjs-parallel, Vite: ssr.external), or dist/pools/worker.cjs has to be copied there`;
}
