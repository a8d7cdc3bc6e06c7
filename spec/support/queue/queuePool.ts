import {
  QueuePool,
  serveTasks,
  type MeetingConfig,
  type QueuePoolConfig,
  type ServeConfig,
} from '../../../src/bullmq.ts';
import { ThreadPool } from '../../../src/pools/workers/node/ThreadPool.ts';
import { YIELD_WINDOW } from '../../../src/pools/queue/node/protocol/messages.ts';
import { url } from '../poolContract/PoolBench.ts';

export const fast = ['--enable-source-maps', '--import', new URL('../register.js', import.meta.url).href];

/** The tasks of the specs of pools, and a module that does not exist. */
export const modules = { poolTasks: url, nowhere: new URL('nowhere.ts', url) };

/** How a program and its machines meet in a spec. */
export type Meeting = Pick<MeetingConfig, 'connection' | 'engine'>;

/** A pool of two threads that are elsewhere, which ends its machine with it. */
export async function queuePool(
  { connection, engine }: Meeting,
  { pool: own = {}, machine = {} }: { pool?: Partial<QueuePoolConfig>; machine?: Partial<ServeConfig> } = {},
): Promise<QueuePool> {
  const both = { leaseMs: 2000, modules, ...(engine === undefined ? { connection: connection ?? {} } : { engine }) };
  const server = await serveTasks({
    ...both,
    ahead: 0,
    pool: new ThreadPool({ workers: 2, execArgv: fast, graceMs: 500 }),
    ...machine,
  });
  const pool = await QueuePool.connect({ ...both, graceMs: 500, ...own });
  const close = pool.close.bind(pool);
  pool.close = async () => {
    await close();
    await server.close({ graceMs: 500 });
  };
  return pool;
}

/** What a pool of other machines is like. */
export const machineTraits = {
  closures: false,
  inline: false,
  modules: true,
  promises: true,
  realTime: true,
  copies: true,
  transfer: false,
  terminate: true,
  crash: true,
  synchronous: false,
  messagesAhead: YIELD_WINDOW,
} as const;
