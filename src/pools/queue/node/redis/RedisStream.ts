import type { Redis } from 'ioredis';
import type { OwnStream } from '../../engine/Engine.ts';
import { after } from '../../engine/after.ts';
import { REAL_CLOCK } from '../../engine/realClock.ts';
import { newName } from '../protocol/names.ts';
import type { Clients } from './Clients.ts';
import { asBuffer, countPieces, getPieces, isPieceCount, removePieces, setPieces } from './pieces.ts';

/** The maximum time that one read waits for messages, in milliseconds. */
const BLOCK_MS = 2000;
/** The maximum number of messages of one read. */
const MAX_ENTRIES = 64;
/** The bytes that one read should have, by the size of the last messages: all of them are in memory at once. */
const READ_BYTES = 4_000_000;
/** Messages that were read are removed when there are so many of them, or so many bytes. */
const KEPT_ENTRIES = 64;
const KEPT_BYTES = 1_000_000;
/** The time after which a failed read is tried again, in milliseconds. */
const RETRY_MS = 100;

/** The field of an entry that holds the message. */
const FIELD = 'm';
/** The field of an entry whose message is stored in pieces: the number of pieces, and their key. */
const STORED = 's';
/** The time for which such a message is stored, in milliseconds: longer than any stream that is not renewed. */
const STORED_MS = 3_600_000;

/** A stream of Redis. It has a client of its own for reading, since a waiting read blocks all other commands of a client. */
export class RedisStream implements OwnStream {
  private readonly redis: Redis;
  private readonly reader: Redis;
  private readonly clients: Clients;
  private readonly key: string;
  private readonly receive: (bytes: Uint8Array) => void;
  private last: string;
  /** The maximum number of messages of the next read. */
  private count = MAX_ENTRIES;
  /** The messages that were read and are still in the stream, and their bytes. */
  private readonly kept = { entries: 0, bytes: 0 };
  private closed = false;

  /** Makes the stream and sets its expiry in one transaction: a stream without expiry would stay for ever. */
  static async open(
    clients: Clients,
    redis: Redis,
    key: string,
    first: Uint8Array,
    ttlMs: number,
    receive: (bytes: Uint8Array) => void,
  ): Promise<RedisStream> {
    const results = await redis.multi().xadd(key, '*', FIELD, Buffer.from(first)).pexpire(key, ttlMs).exec();
    for (const [error] of results ?? []) if (error !== null) throw error;
    const stream = new RedisStream(clients, redis, key, String(results?.[0]?.[1]), receive);
    void stream.read();
    return stream;
  }

  private constructor(clients: Clients, redis: Redis, key: string, last: string, receive: (bytes: Uint8Array) => void) {
    this.clients = clients;
    this.redis = redis;
    this.reader = clients.make();
    this.key = key;
    this.last = last;
    this.receive = receive;
  }

  async renew(ttlMs: number): Promise<boolean> {
    return (await this.redis.pexpire(this.key, ttlMs)) === 1;
  }

  append(bytes: Uint8Array): Promise<boolean> {
    return appendTo(this.redis, this.key, bytes);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.clients.end(this.reader);
    await this.redis.unlink(this.key);
  }

  private async read(): Promise<void> {
    while (!this.closed) {
      try {
        const read = await this.reader.xreadBuffer(
          'COUNT',
          this.count,
          'BLOCK',
          BLOCK_MS,
          'STREAMS',
          this.key,
          this.last,
        );
        for (const [, entries] of read ?? []) await this.take(entries);
      } catch {
        if (!this.isClosed()) await after(REAL_CLOCK, RETRY_MS).promise;
      }
    }
  }

  private async load(stored: string): Promise<Uint8Array | undefined> {
    const [count, key = ''] = stored.split(' ');
    // Any writer of Redis may have written it.
    if (!isPieceCount(Number(count)) || !key.startsWith(`${this.key}:`)) return undefined;
    const bytes = await getPieces(this.reader, key, Number(count));
    // Not before they have been read: a connection that is lost meanwhile would take the message with it.
    removePieces(this.redis, key, Number(count)).catch(() => undefined);
    return bytes;
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private async take(entries: readonly (readonly [id: Buffer, fields: readonly Buffer[]])[]): Promise<void> {
    const { kept } = this;
    let total = 0;
    for (const [id, [field, value]] of entries) {
      const bytes = field?.toString() === STORED ? await this.load(String(value)) : value;
      // A message whose pieces could not be loaded is loaded again.
      this.last = id.toString();
      if (bytes === undefined) continue;
      total += bytes.length;
      if (!this.closed) this.receive(bytes);
    }
    this.count = Math.max(1, Math.min(MAX_ENTRIES, Math.floor((READ_BYTES * entries.length) / Math.max(1, total))));
    kept.entries += entries.length;
    kept.bytes += total;
    if (this.closed || (kept.entries < KEPT_ENTRIES && kept.bytes < KEPT_BYTES)) return;
    Object.assign(kept, { entries: 0, bytes: 0 });
    this.redis.xtrim(this.key, 'MINID', this.last).catch(() => undefined);
  }
}

/** Adds a message to a stream. @returns false if the stream does not exist. */
export async function appendTo(redis: Redis, key: string, bytes: Uint8Array): Promise<boolean> {
  const count = countPieces(bytes.length);
  if (count === 1) return (await redis.xadd(key, 'NOMKSTREAM', '*', FIELD, asBuffer(bytes))) !== null;
  const at = `${key}:${newName()}`;
  // One connection keeps the order: a program that reads the entry finds the pieces.
  const [, id] = await Promise.all([
    setPieces(redis, at, bytes, STORED_MS),
    redis.xadd(key, 'NOMKSTREAM', '*', STORED, `${String(count)} ${at}`),
  ]);
  if (id === null) await removePieces(redis, at, count);
  return id !== null;
}
