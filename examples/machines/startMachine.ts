import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('rxjs-parallel.js', import.meta.resolve('rxjs-parallel')));
const file = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Starts a machine, as `npx rxjs-parallel worker worker.ts` does. Resolves when it takes chunks. */
export async function startMachine(redisUrl: string): Promise<ChildProcess> {
  const machine = spawn(process.execPath, [...process.execArgv, cli, 'worker', file], {
    env: { WORKERS: '1', ...process.env, REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(machine, 'exit');
  const served = once(createInterface(machine.stdout), 'line').then(() => true);
  const isServing = await Promise.race([served, exited.then(() => false)]);
  if (!isServing) throw new Error(`a machine has ended with ${String(machine.exitCode)}`);
  return machine;
}
