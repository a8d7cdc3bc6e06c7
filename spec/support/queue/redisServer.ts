import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the specs that need a server of Redis have to run: then they fail without one. */
const IS_REQUIRED = process.env.RXJS_PARALLEL_REDIS === 'required';

/** A server of Redis in a folder of its own, at a Unix socket. */
export class RedisServer {
  readonly folder: string;
  private readonly args: readonly string[];
  private readonly within: readonly string[];
  private child: ChildProcess | undefined;

  /**
   * @param args - Further flags of the server.
   * @param within - The beginning of the command that starts it.
   */
  constructor(args: readonly string[] = [], within: readonly string[] = []) {
    this.folder = mkdtempSync(join(tmpdir(), 'rxjs-parallel-redis-'));
    this.args = args;
    this.within = within;
  }

  /** How clients reach it. */
  get connection(): { readonly path: string } {
    return { path: join(this.folder, 's') };
  }

  /** Starts it, also again after it has ended. Resolves when it takes connections. */
  async start(): Promise<void> {
    if (this.child !== undefined) return;
    const { folder, connection } = this;
    const flags = [
      '--port',
      '0',
      '--unixsocket',
      connection.path,
      '--dir',
      folder,
      '--save',
      '',
      '--loglevel',
      'warning',
    ];
    rmSync(connection.path, { force: true });
    const [command, ...rest] = [...this.within, 'redis-server', ...flags, '--maxmemory-policy', 'noeviction'];
    this.child = spawn(command, [...rest, ...this.args], { stdio: 'ignore' });
    servers.add(this.child);
    while (!(await accepts(connection.path))) await sleep(10);
  }

  /** Ends it. @param signal - `SIGKILL` for a crash. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    servers.delete(child);
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Stops and continues it. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const servers = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of servers) child.kill('SIGKILL');
});

/** A suite that needs `redis-server` on the PATH. Without one it is skipped, and says so; it fails where it is required. */
export function describeOnRedis(title: string, body: (this: Mocha.Suite) => void): void {
  if (isInstalled) describe(title, body);
  else
    describe(title, () => {
      it('needs redis-server on the PATH', function () {
        if (IS_REQUIRED) throw new Error('there is no redis-server on the PATH: apt-get install redis-server');
        this.skip();
      });
    });
}

const isInstalled = ((): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
