import type { Redis } from 'ioredis';

/**
 * The maximum size of a value, in bytes: larger ones are stored in pieces. Redis and its clients use memory of this size again,
 * but get new memory from the system for each larger value, whose first use costs more than to send it.
 */
const PIECE_BYTES = 1_000_000;
/** The maximum number of pieces: of the largest string of Redis, 512 MiB. */
const MAX_PIECES = 537;

/** The number of pieces of a value. @param bytes - Its size. */
export function countPieces(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PIECE_BYTES));
}

/** Whether a value that another program has written can be a number of pieces. */
export function isPieceCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_PIECES;
}

/** Stores a value. @param ttlMs - The time for which it is stored, in milliseconds. */
export function setPieces(redis: Redis, key: string, bytes: Uint8Array, ttlMs: number): Promise<unknown> {
  const count = countPieces(bytes.length);
  if (count === 1) return redis.set(key, asBuffer(bytes), 'PX', ttlMs);
  return Promise.all(
    keysOf(key, count).map((one, at) =>
      redis.set(one, asBuffer(bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES)), 'PX', ttlMs),
    ),
  );
}

/** Reads a value. @returns undefined if a piece has expired. */
export async function getPieces(redis: Redis, key: string, count: number): Promise<Uint8Array | undefined> {
  return joined(await Promise.all(keysOf(key, count).map((one) => redis.getBuffer(one))));
}

/** Reads a value and removes it. @returns undefined if a piece has expired. */
export async function takePieces(redis: Redis, key: string, count: number): Promise<Uint8Array | undefined> {
  return joined(await Promise.all(keysOf(key, count).map((one) => redis.getdelBuffer(one))));
}

export async function removePieces(redis: Redis, key: string, count: number): Promise<void> {
  await redis.unlink(...keysOf(key, count));
}

/** The same bytes, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function joined(pieces: readonly (Buffer | null)[]): Uint8Array | undefined {
  const found = pieces.filter((piece) => piece !== null);
  if (found.length < pieces.length) return undefined;
  return found.length === 1 ? found[0] : Buffer.concat(found);
}

function keysOf(key: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => (at === 0 ? key : `${key}:${String(at)}`));
}
