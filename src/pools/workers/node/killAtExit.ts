import type { ChildProcess } from 'node:child_process';

const alive = new Set<ChildProcess>();

/** Kills a child when this process exits: a child in a synchronous loop would not notice that its parent has ended. */
export function killAtExit(child: ChildProcess): void {
  if (alive.size === 0) process.on('exit', killAll);
  alive.add(child);
  child.once('exit', () => {
    alive.delete(child);
    if (alive.size === 0) process.off('exit', killAll);
  });
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}
