import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { fromEvent, type Observable } from 'rxjs';
import { messageOf } from '../../../../util/messageOf.ts';
import { after } from '../../engine/after.ts';
import type { OwnStream, ParentLink, QueueNames, QueueDepth, QueuedChunk } from '../../engine/Engine.ts';
import { REAL_CLOCK } from '../../engine/realClock.ts';
import type { Clients } from './Clients.ts';
import type { Peers } from './loadPeers.ts';
import { FINISHED_JOBS, payloadKeyOf, PAYLOAD_TTL_MS, priorityOf } from './queueKeys.ts';
import { asBuffer, countPieces, removePieces, setPieces } from './pieces.ts';
import { RedisStream } from './RedisStream.ts';

/** Temporary errors: of a server that is full, starts, or is being replaced. */
const TEMPORARY =
  /^(?:OOM|MISCONF|READONLY|LOADING|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|NOREPLICAS)|READONLY|OOM command|Connection is closed/;
/** Machines renew a key of BullMQ at least once a second. If this number of looks finds none, no machine serves the queue. */
const SERVED_LOOKS = 12;
const SERVED_LOOK_MS = 200;

/** The part of BullMQ and Redis that a program uses. */
export class BullmqParent implements ParentLink {
  readonly refused$: Observable<Error>;
  readonly reconnected$: Observable<unknown>;
  private readonly clients: Clients;
  private readonly redis: Redis;
  private readonly queue: Queue;

  constructor({ bullmq }: Peers, clients: Clients, { queue }: QueueNames) {
    this.clients = clients;
    this.refused$ = clients.refused$;
    this.redis = clients.make();
    this.reconnected$ = fromEvent(this.redis, 'ready');
    this.queue = new bullmq.Queue(queue, {
      connection: this.redis,
      defaultJobOptions: { removeOnComplete: FINISHED_JOBS, removeOnFail: FINISHED_JOBS, attempts: 1 },
      streams: { events: { maxLen: 0 } },
    });
    this.queue.on('error', () => undefined);
  }

  async submit({ id, title, range, bytes, rank }: QueuedChunk): Promise<void> {
    const [first, last] = range;
    const pieces = countPieces(bytes.length);
    // One connection keeps the order of the commands: a machine that takes the job finds its payload.
    const stored = setPieces(this.redis, payloadKeyOf(this.queue.toKey(''), id), bytes, PAYLOAD_TTL_MS);
    const data = pieces === 1 ? { first, last } : { first, last, pieces };
    await Promise.all([stored, this.queue.add(title, data, { jobId: id, priority: priorityOf(rank) })]);
  }

  async withdraw(id: string, bytes: number): Promise<void> {
    await Promise.all([
      this.queue.remove(id),
      removePieces(this.redis, payloadKeyOf(this.queue.toKey(''), id), countPieces(bytes)),
    ]);
  }

  async findMissing(ids: readonly string[]): Promise<readonly string[]> {
    const looks = this.redis.pipeline();
    for (const id of ids) looks.hmget(this.queue.toKey(id), 'timestamp', 'finishedOn');
    const found = (await looks.exec()) ?? [];
    return ids.filter((_id, at) => {
      const [error, fields] = found[at] ?? [];
      if (error !== null || !Array.isArray(fields)) return false;
      const [timestamp, finishedOn] = fields as readonly (string | null)[];
      return timestamp === null || finishedOn !== null;
    });
  }

  async isServed(): Promise<boolean> {
    for (let look = 0; look < SERVED_LOOKS; look += 1) {
      if ((await this.redis.exists(this.queue.toKey('stalled-check'))) === 1) return true;
      await after(REAL_CLOCK, SERVED_LOOK_MS).promise;
    }
    return false;
  }

  async depth(): Promise<QueueDepth> {
    const { wait = 0, prioritized = 0, active = 0 } = await this.queue.getJobCounts('wait', 'prioritized', 'active');
    return { waiting: wait + prioritized, active };
  }

  mayPass(error: unknown): boolean {
    return TEMPORARY.test(messageOf(error));
  }

  openStream(key: string, first: Uint8Array, ttlMs: number, receive: (bytes: Uint8Array) => void): Promise<OwnStream> {
    return RedisStream.open(this.clients, this.redis, key, first, ttlMs, receive);
  }

  publish(channel: string, bytes: Uint8Array): Promise<number> {
    return this.redis.publish(channel, asBuffer(bytes));
  }

  async store(key: string, bytes: Uint8Array, ttlMs: number): Promise<void> {
    await this.redis.set(key, asBuffer(bytes), 'PX', ttlMs);
  }

  /** Does not wait: without a server, BullMQ would take seconds to close. All earlier commands have been answered by now. */
  close(): Promise<void> {
    void this.queue.close().catch(() => undefined);
    this.clients.close();
    return Promise.resolve();
  }
}
