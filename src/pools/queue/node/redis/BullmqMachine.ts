import { createHash } from 'node:crypto';
import type { Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { take } from 'rxjs';
import type { Consumer, ConsumerOptions, MachineLink, QueueNames } from '../../engine/Engine.ts';
import type { Clients } from './Clients.ts';
import type { Peers } from './loadPeers.ts';
import { isPieceCount, takePieces } from './pieces.ts';
import { FINISHED_JOBS, payloadKeyOf } from './queueKeys.ts';
import { appendTo } from './RedisStream.ts';

/** The maximum time between two looks for stalled chunks, in milliseconds. A chunk is lost after two looks. */
const MAX_STALLED_MS = 1000;
/** The time that BullMQ waits after an error, in milliseconds. Its default is 15 seconds. */
const RETRY_MS = 500;
/** The maximum time, in seconds, until a machine finds a new chunk if the notification of that chunk was lost. */
const DRAIN_SECONDS = 5;
/** A script that does nothing. */
const SCRIPT = 'return 0';
const SCRIPT_HASH = createHash('sha1').update(SCRIPT).digest('hex');
/** The shortest time for which Redis waits. With 0 it would wait for ever. */
const SHORTEST_SECONDS = 0.001;

/** The part of BullMQ and Redis that a machine uses. */
export class BullmqMachine implements MachineLink {
  readonly refused: Promise<never>;
  private readonly peers: Peers;
  private readonly clients: Clients;
  private readonly names: QueueNames;
  private readonly redis: Redis;

  constructor(peers: Peers, clients: Clients, names: QueueNames) {
    this.peers = peers;
    this.clients = clients;
    this.names = names;
    this.redis = clients.make();
    this.refused = new Promise((_resolve, reject) => {
      clients.refused$.pipe(take(1)).subscribe({ next: reject, error: reject });
    });
    this.refused.catch(() => undefined);
  }

  append(key: string, bytes: Uint8Array): Promise<boolean> {
    return appendTo(this.redis, key, bytes);
  }

  async load(key: string): Promise<Uint8Array | undefined> {
    return (await this.redis.getBuffer(key)) ?? undefined;
  }

  async listen(channels: readonly string[], receive: (channel: string, bytes: Uint8Array) => void): Promise<void> {
    const listener = this.clients.make();
    listener.on('messageBuffer', (channel: Buffer, bytes: Buffer) => {
      receive(channel.toString(), bytes);
    });
    await listener.subscribe(...channels);
  }

  async consume({ concurrency, lockMs, handle, stalled, unlocked }: ConsumerOptions): Promise<Consumer> {
    const connection = this.clients.make();
    await this.checkRights(connection);
    const worker: Worker = new this.peers.bullmq.Worker(
      this.names.queue,
      async (job: Job) => {
        const { id = '', stalledCounter, attemptsStarted } = job;
        const { pieces = 1 } = job.data as { readonly pieces?: unknown };
        const isRepeated = stalledCounter > 0 || attemptsStarted > 1;
        // A chunk that is delivered again does not run here, so its payload is needed only once.
        const isStored = !isRepeated && isPieceCount(pieces);
        const bytes = isStored ? await takePieces(this.redis, payloadKeyOf(worker.toKey(''), id), pieces) : undefined;
        await handle({ id, bytes, isRepeated });
        return null;
      },
      {
        connection,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: Math.min(MAX_STALLED_MS, lockMs / 2),
        // BullMQ must not fail a chunk that has stalled: its program decides about it.
        maxStalledCount: 1e6,
        runRetryDelay: RETRY_MS,
        drainDelay: DRAIN_SECONDS,
        removeOnComplete: FINISHED_JOBS,
        removeOnFail: FINISHED_JOBS,
      },
    );
    // BullMQ emits errors for lost locks and removed jobs, which are expected here.
    worker.on('error', () => undefined);
    worker.on('stalled', stalled);
    worker.on('lockRenewalFailed', (ids) => {
      ids.forEach(unlocked);
    });
    const abandon = (): void => {
      connection.disconnect();
      void worker.close(true).catch(() => undefined);
    };
    try {
      await worker.waitUntilReady();
    } catch (error) {
      // Without a connection, a worker that is not closed asks for chunks for ever, and blocks the thread.
      abandon();
      throw error;
    }
    return {
      close: (force) => {
        if (!force) return worker.close();
        abandon();
        return Promise.resolve();
      },
    };
  }

  /** BullMQ retries refused commands for ever, so that a machine without a right would serve the queue in vain. */
  private async checkRights(connection: Redis): Promise<void> {
    const queueKey = `bull:${this.names.queue}:`;
    await Promise.all([
      this.redis.eval(SCRIPT, 0),
      // The server has the script by now.
      this.redis.evalsha(SCRIPT_HASH, 0),
      this.redis.getdel(payloadKeyOf(queueKey, 'none')),
      this.redis.set(`${this.names.prefix}:none`, '', 'PX', 1),
      this.redis.get(`${this.names.prefix}:none`),
      connection.bzpopmin(`${queueKey}none`, SHORTEST_SECONDS),
    ]);
  }

  close(): Promise<void> {
    this.clients.close();
    return Promise.resolve();
  }
}
