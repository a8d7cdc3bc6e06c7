import { dirname, join } from 'node:path';
import { filePath } from '../../../platform/filePath.ts';

// Bundlers rewrite `new URL('./x', import.meta.url)`. Some leave no URL, or the URL of the machine that built the bundle.
const here = filePath((import.meta as { readonly url?: string }).url) ?? join(process.cwd(), 'bundle.js');

/** The path of the worker script, next to this file in `src` and `dist`. It names the script even if no such file exists. */
export const SCRIPT = join(dirname(here), 'rxjs-parallel-worker.cjs');
