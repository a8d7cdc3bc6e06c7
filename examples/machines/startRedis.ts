import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RedisServer {
  /** The path of its socket. */
  readonly url: string;
  /** Ends it. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server of Redis for this program alone: at a socket in a temporary folder, without a port.
 *
 * @throws Error if there is no `redis-server` on the PATH.
 */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rxjs-parallel-machines-'));
  const url = join(folder, 'socket');
  const flags = ['--port', '0', '--unixsocket', url, '--dir', folder, '--save', '', '--maxmemory-policy', 'noeviction'];
  const server = spawn('redis-server', flags, { stdio: 'ignore' });
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await once(server, 'spawn');
  } catch (cause) {
    await removeFolder();
    throw new Error('this demo needs redis-server on the PATH: apt-get install redis-server, or brew install redis', {
      cause,
    });
  }
  const exited = once(server, 'exit');
  while (!(await accepts(url))) await sleep(10);
  return {
    url,
    stop: async () => {
      server.kill();
      await exited;
      await removeFolder();
    },
  };
}

async function accepts(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
