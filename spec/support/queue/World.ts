import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { QueuePool, type QueuePoolConfig } from '../../../src/bullmq.ts';
import { queueNamesOf } from '../../../src/pools/queue/node/protocol/names.ts';
import { Network, type Host } from './Network.ts';
import { RedisServer } from './redisServer.ts';

const MACHINE = fileURLToPath(new URL('./machine.mjs', import.meta.url));
export const faultTasksUrl = new URL('./faultTasks.mjs', import.meta.url);

/** The lock of chunks in these specs. */
export const LEASE_MS = 1000;

/** The port of the server, where it is reached by a network. */
const PORT = 6379;

/** Where a process runs, and which Node runs it, if not those of this process. */
export interface Place {
  readonly host?: Host;
  readonly node?: string;
}

/** A server of Redis, machines that are processes, and a program. */
export class World {
  readonly server: RedisServer;
  readonly machines: ChildProcess[] = [];
  readonly pools: QueuePool[] = [];
  private admin: { readonly redis: Redis; readonly queue: Queue } | undefined;

  /**
   * @param args - Flags of the server.
   * @param network - Where the server and those machines are that have a host.
   */
  constructor(args: readonly string[] = [], network?: Network) {
    const own = network === undefined ? [] : ['--port', String(PORT), '--bind', '0.0.0.0', '--protected-mode', 'no'];
    this.server = new RedisServer([...own, ...args], network === undefined ? [] : Network.at(network.center));
  }

  /** Starts a machine; resolves when it takes chunks. */
  async machine(options: object = {}, place: Place = {}): Promise<ChildProcess> {
    const child = this.start(MACHINE, options, place);
    this.machines.push(child);
    await once(child, 'message');
    return child;
  }

  /** Starts a script that is told how to connect. */
  start(script: string, options: object, { host, node = process.execPath }: Place = {}): ChildProcess {
    const connection = host === undefined ? this.server.connection : { host: host.server, port: PORT };
    const [execPath, ...execArgv] = host === undefined ? [node] : [...Network.at(host.name), node];
    const argument = JSON.stringify({ connection, leaseMs: LEASE_MS, ...options });
    return fork(script, [argument], { silent: true, execPath, execArgv });
  }

  async pool(options: Partial<QueuePoolConfig> = {}): Promise<QueuePool> {
    const pool = await QueuePool.connect({
      connection: this.server.connection,
      modules: { faultTasks: faultTasksUrl },
      leaseMs: LEASE_MS,
      ...options,
    });
    this.pools.push(pool);
    return pool;
  }

  /** What an operator has. */
  get operator(): { readonly redis: Redis; readonly queue: Queue } {
    if (this.admin === undefined) {
      const redis = new Redis({ ...this.server.connection, maxRetriesPerRequest: null });
      redis.on('error', () => undefined);
      const queue = new Queue(queueNamesOf('default', '0', undefined).queue, { connection: redis });
      queue.on('error', () => undefined);
      this.admin = { redis, queue };
    }
    return this.admin;
  }

  /** Waits until no chunk waits or runs. Returns the keys of messages, arguments and items that would stay for ever. */
  async findLeft(): Promise<readonly string[]> {
    const { redis, queue } = this.operator;
    let counts: readonly number[];
    do counts = Object.values(await queue.getJobCounts('wait', 'prioritized', 'active'));
    while (counts.some((count) => count > 0));
    const keys = [...(await redis.keys('rp:*')), ...(await redis.keys('bull:*items:*'))];
    const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
    // Those of keys that have expired meanwhile are -2.
    return keys.filter((_key, at) => lives[at] === -1);
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.splice(0).map((pool) => pool.close()));
    for (const machine of this.machines.splice(0)) machine.kill('SIGKILL');
    this.admin?.redis.disconnect();
    this.admin = undefined;
    await this.server.remove();
  }
}
