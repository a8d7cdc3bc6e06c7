import type { MeetingConfig } from '../protocol/meeting.ts';

/**
 * Settings of a {@link QueuePool}.
 *
 * @example A program that waits for its machines as long as it takes
 * ```ts
 * const pool = await QueuePool.connect({
 *   connection: 'redis://localhost:6379',
 *   modules: { images: new URL('./images.ts', import.meta.url) },
 *   workersTimeout: Infinity,
 * });
 * ```
 */
export interface QueuePoolConfig extends MeetingConfig {
  /**
   * Milliseconds, more than 0, that chunks may wait while no machine is heard of; after that runs fail with a TaskLoadError.
   * Infinity to wait for machines that are yet to be started.
   *
   * @defaultValue 30000
   */
  readonly workersTimeout?: number;
  /** Milliseconds, more than 0, that the connection may take; after that `connect` rejects. @defaultValue 10000 */
  readonly connectTimeout?: number;
  /** Milliseconds, from 0, that running chunks have to end when the pool is closed. @defaultValue 1000 */
  readonly graceMs?: number;
  /**
   * Milliseconds of work, more than 0, that a chunk of items should have; `"auto"` for 20 times what the way to a machine
   * and back costs, from 25 to 1000.
   *
   * @defaultValue `"auto"`
   */
  readonly chunkMs?: number | 'auto';
  /**
   * Bytes that one message may have, an integer from 1024: larger chunks are cut, and an item or result that is larger fails
   * with a TaskCloneError.
   *
   * @defaultValue 16000000
   */
  readonly maxMessageBytes?: number;
  /** Which chunks go first where several programs share machines: those of 0, then those of larger integers. @defaultValue 0 */
  readonly priority?: number;
}
