import type { Script } from '../Script.ts';
import { findScript } from './findScript.ts';

/** Scripts that Node cannot load, by the reasons. */
const unloadable = new WeakMap<Script, string>();
const warned = new WeakSet<Script>();

/**
 * Whether the tasks of a script run in this thread, by the second argument of `tasks`: in a test runner, whose mocks no worker
 * has, and, with a warning, where workers cannot have the script.
 */
export function runsSerially(script: Script): boolean {
  if (script.local === undefined) return false;
  if (isOfTestRunner(script)) return true;
  const found = findScript(script);
  const reason = 'reason' in found ? found.reason : unloadable.get(script);
  if (reason === undefined) return false;
  warn(script, reason);
  return true;
}

/** Scripts that workers have loaded. */
const loaded = new WeakSet<Script>();

/** Notes that a worker has loaded a script. */
export function setLoaded(script: Script): void {
  loaded.add(script);
}

/** Whether it is known that workers can load a script. */
export function isLoaded(script: Script): boolean {
  return loaded.has(script);
}

/** Notes that Node cannot load a script. */
export function setUnloadable(script: Script, reason: string): void {
  unloadable.set(script, reason);
}

/** Vitest, Jest, and the server of Vite's development, which alone know what they have made of a module. */
function isOfTestRunner({ start }: Script): boolean {
  return (
    process.env.VITEST !== undefined ||
    process.env.JEST_WORKER_ID !== undefined ||
    Function.prototype.toString.call(start).includes('__vite_ssr_')
  );
}

function warn(script: Script, reason: string): void {
  if (warned.has(script)) return;
  warned.add(script);
  process.emitWarning(
    `tasks run in this thread, one after the other, since workers cannot have their script: ${reason}. If a bundler has made ` +
      'this program, let it write the script as an entry point of its own',
    { type: 'RxjsParallelWarning', code: 'RXJS_PARALLEL_SERIAL' },
  );
}
