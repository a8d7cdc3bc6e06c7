import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { LEASE_MS, type World } from './World.ts';

/** A fault that comes while chunks are with two machines. */
export interface Fault {
  readonly name: string;
  /** Flags of the server. */
  readonly args?: readonly string[];
  readonly strike: (world: World) => Promise<void>;
}

const first = ({ machines }: World): NonNullable<(typeof machines)[number]> => {
  const [machine] = machines;
  if (machine === undefined) throw new Error('there is no machine');
  return machine;
};

/** The faults that a run survives without a failed item. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'a machine is killed',
    strike: async (world: World): Promise<void> => {
      first(world).kill('SIGKILL');
      await sleep(0);
    },
  },
  {
    name: 'all machines are killed, and another one comes',
    strike: async (world: World): Promise<void> => {
      for (const machine of world.machines) machine.kill('SIGKILL');
      await sleep(LEASE_MS);
      await world.machine();
    },
  },
  {
    name: 'a machine is stopped past its lock, and goes on',
    strike: async (world: World): Promise<void> => {
      first(world).kill('SIGSTOP');
      await sleep(3 * LEASE_MS);
      first(world).kill('SIGCONT');
    },
  },
  {
    name: 'the only machine is stopped past its lock, and goes on',
    strike: async (world: World): Promise<void> => {
      const [sole, other] = world.machines;
      if (sole === undefined || other === undefined) throw new Error('there are not two machines');
      const ended = once(other, 'exit');
      other.kill('SIGTERM');
      await ended;
      sole.kill('SIGSTOP');
      await sleep(3 * LEASE_MS);
      sole.kill('SIGCONT');
    },
  },
  {
    name: 'the thread of the program is blocked past the lock',
    strike: async (): Promise<void> => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * LEASE_MS);
      await sleep(0);
    },
  },
  {
    name: 'a machine is told to end',
    strike: async (world: World): Promise<void> => {
      first(world).kill('SIGTERM');
      await sleep(0);
    },
  },
  {
    name: 'Redis is killed, and has its memory on a disk',
    args: ['--appendonly', 'yes', '--appendfsync', 'everysec'],
    strike: async ({ server }: World): Promise<void> => {
      await server.stop();
      await sleep(300);
      await server.start();
    },
  },
  {
    name: 'Redis is killed, and comes back empty',
    strike: async ({ server }: World): Promise<void> => {
      await server.stop();
      await sleep(300);
      await server.start();
    },
  },
  {
    name: 'the memory of Redis is full for a while',
    strike: async ({ operator: { redis } }: World): Promise<void> => {
      await redis.config('SET', 'maxmemory', '1mb');
      await sleep(1.5 * LEASE_MS);
      await redis.config('SET', 'maxmemory', '0');
    },
  },
  {
    name: 'all locks are deleted, again and again',
    strike: async ({ operator: { redis } }: World): Promise<void> => {
      for (let round = 0; round < 20; round += 1) {
        const locks = await redis.keys('bull:*:lock');
        if (locks.length > 0) await redis.del(...locks);
        await sleep(LEASE_MS / 10);
      }
    },
  },
  {
    name: 'an operator drains the queue',
    strike: async ({ operator: { queue } }: World): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        await queue.drain();
        await sleep(200);
      }
    },
  },
  {
    name: 'an operator removes the waiting chunks',
    strike: async ({ operator: { queue } }: World): Promise<void> => {
      const jobs = await queue.getJobs(['wait', 'prioritized']);
      await Promise.all(jobs.map((job) => job.remove().catch(() => undefined)));
    },
  },
  {
    name: 'an operator obliterates the queue',
    strike: async ({ operator: { queue } }: World): Promise<void> => {
      await queue.obliterate({ force: true });
    },
  },
  {
    name: 'an operator pauses the queue',
    strike: async ({ operator: { queue } }: World): Promise<void> => {
      await queue.pause();
      await sleep(1.5 * LEASE_MS);
      await queue.resume();
    },
  },
  {
    name: 'a worker of another program takes chunks',
    strike: async ({ server, operator: { queue } }: World): Promise<void> => {
      const connection = new Redis({ ...server.connection, maxRetriesPerRequest: null });
      const worker = new Worker(queue.name, () => Promise.resolve(null), { connection, concurrency: 4 });
      worker.on('error', () => undefined);
      await sleep(1.5 * LEASE_MS);
      await worker.close();
      connection.disconnect();
    },
  },
];
