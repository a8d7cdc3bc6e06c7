import type { Script } from '../Script.ts';

/** Scripts of which the console has been told. */
const warned = new WeakSet<Script>();

/** Whether the tasks of a script run in this thread, since there are no workers: so on a server. */
export function runsSerially(script: Script): boolean {
  if (typeof (globalThis as { Worker?: unknown }).Worker === 'function' || script.local === undefined) return false;
  if (!warned.has(script)) console.warn('rxjs-parallel: tasks run in this thread, since there is no Worker here');
  warned.add(script);
  return true;
}
