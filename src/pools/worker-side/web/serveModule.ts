import { show } from '../../../util/check.ts';
import { addServed } from '../../../tasks/script/served.ts';
import { ownScope } from './ownScope.ts';
import { serveCalls } from './serveCalls.ts';

let isServing = false;

/**
 * Serves the functions and classes that a module exports as tasks, in the script of a worker; elsewhere it does nothing.
 *
 * @throws TypeError if it is no object.
 */
export function serve(module: object): void {
  if ((typeof module !== 'object' && typeof module !== 'function') || (module as unknown) === null)
    throw new TypeError(`serve must be given the exports of a module, not ${show(module)}`);
  const scope = ownScope();
  if (scope === undefined) return;
  addServed(module);
  if (isServing) return;
  isServing = true;
  serveCalls(scope);
}
