import { dirname, join } from 'node:path';
import { filePath } from '../../../platform/filePath.ts';

// Not `new URL('./x', import.meta.url)`, which bundlers rewrite. Some leave no URL here, or one of another machine.
const here = filePath((import.meta as { readonly url?: string }).url) ?? join(process.cwd(), 'bundle.js');

/** The file of a worker's program, beside this one in `src` and in `dist`. Also its name where only the text is there. */
export const SCRIPT = join(dirname(here), 'rxjs-parallel-worker.cjs');
