import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

interface Waiting {
  readonly id: string;
  readonly score: string;
  readonly items: string;
}

/** Moves an active job back to where it waited, as if it had never been taken. */
const PUT_BACK = `
if redis.call('lrem', KEYS[1], 0, ARGV[1]) == 0 then return 0 end
redis.call('del', KEYS[2] .. ':lock')
redis.call('srem', KEYS[3], ARGV[1])
redis.call('hdel', KEYS[2], 'ats', 'atm', 'stc', 'processedOn')
redis.call('set', KEYS[4], ARGV[3])
redis.call('zadd', KEYS[5], ARGV[2], ARGV[1])
redis.call('zadd', KEYS[6], 0, '0')
return 1`;

/** Waiting chunks of a queue which machines then take, to be delivered to a machine for a second first time. */
export class FirstDeliveries {
  private readonly redis: Redis;
  private readonly queue: Queue;
  private waiting: readonly Waiting[] = [];

  constructor({ redis, queue }: { readonly redis: Redis; readonly queue: Queue }) {
    this.redis = redis;
    this.queue = queue;
  }

  /**
   * Pauses the queue until chunks wait, remembers them, and lets machines take them. Resolves to those that a machine was seen
   * to run, at least one, which may have ended since.
   *
   * @param meanwhile - Called while they wait.
   */
  async holdSome(meanwhile: () => void): Promise<readonly string[]> {
    for (;;) {
      await this.hold(meanwhile);
      do {
        const begun = await this.begun();
        if (begun.length > 0) return begun;
        // They may have ended before anybody has looked.
      } while ((await this.countWaiting(this.ids)) > 0);
    }
  }

  private get ids(): readonly string[] {
    return this.waiting.map(({ id }) => id);
  }

  private async hold(meanwhile: () => void): Promise<void> {
    const { redis, queue } = this;
    await queue.pause();
    let ids: readonly string[] = [];
    while (ids.length === 0) ids = await redis.zrange(queue.toKey('prioritized'), '0', '-1');
    const found = await Promise.all(
      ids.map(async (id) => ({
        id,
        score: (await redis.zscore(queue.toKey('prioritized'), id)) ?? '0',
        items: (await redis.getBuffer(this.itemsOf(id)))?.toString('latin1') ?? '',
      })),
    );
    this.waiting = found.filter(({ items }) => items !== '');
    meanwhile();
    await queue.resume();
  }

  /** The chunks that waited, and that a machine runs now. */
  private async begun(): Promise<readonly string[]> {
    const active = new Set(await this.redis.lrange(this.queue.toKey('active'), 0, -1));
    return this.ids.filter((id) => active.has(id));
  }

  /** The number of these chunks that wait. */
  async countWaiting(ids: readonly string[]): Promise<number> {
    const waiting = new Set(await this.redis.zrange(this.queue.toKey('prioritized'), '0', '-1'));
    return ids.filter((id) => waiting.has(id)).length;
  }

  async resume(): Promise<void> {
    await this.queue.resume();
  }

  /** Makes chunks that machines run wait as if no machine had taken them. Returns their number. */
  async putBack(): Promise<number> {
    const { redis, queue } = this;
    const keyOf = (name: string): string => queue.toKey(name);
    const moved = await Promise.all(
      this.waiting.map(({ id, score, items }) =>
        redis.eval(
          PUT_BACK,
          6,
          ...[keyOf('active'), keyOf(id), keyOf('stalled'), this.itemsOf(id), keyOf('prioritized'), keyOf('marker')],
          ...[id, score, Buffer.from(items, 'latin1')],
        ),
      ),
    );
    return moved.filter((one) => one === 1).length;
  }

  private itemsOf(id: string): string {
    return this.queue.toKey(`items:${id}`);
  }
}
