import { readFileSync } from 'node:fs';

/** Whether a process runs. One that has ended, but whose parent has not been told, does not: who adopts orphans may be slow. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return stateOf(pid) !== 'Z';
}

/** The letter of its state, where the system tells it by files. */
function stateOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')
      .at(-1)?.[0];
  } catch {
    return undefined;
  }
}
