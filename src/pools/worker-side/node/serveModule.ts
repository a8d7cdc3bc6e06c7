import { gather } from '../../../tasks/script/served.ts';
import { show } from '../../../util/check.ts';

/**
 * Serves the functions and classes that a module exports as tasks, in the script of a worker. Elsewhere it does nothing, so
 * that a module of tasks can serve itself.
 *
 * @example The script of a worker, `images.worker.ts`
 * ```ts
 * import * as images from './images.ts';
 *
 * serve(images);
 * ```
 *
 * @param module - The exports, `import * as images`, or an object of functions by their names. Several calls add up.
 * @throws TypeError if it is no object.
 * @see `tasks` of `rxjs-parallel`, which names what is served in the program.
 */
export function serve(module: object): void {
  if ((typeof module !== 'object' && typeof module !== 'function') || (module as unknown) === null)
    throw new TypeError(`serve must be given the exports of a module, not ${show(module)}`);
  gather(module);
}
