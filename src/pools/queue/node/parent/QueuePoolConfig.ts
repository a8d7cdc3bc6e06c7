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
   * The time that chunks may wait while no machine sends a message, in milliseconds, more than 0. After that, runs fail with a
   * TaskLoadError. Infinity waits for machines that have not started yet.
   *
   * @defaultValue 30000
   */
  readonly workersTimeout?: number;
  /** The time that connecting may take, in milliseconds, more than 0. After that, `connect` rejects. @defaultValue 10000 */
  readonly connectTimeout?: number;
  /** The time that running chunks have to end when the pool is closed, in milliseconds, from 0. @defaultValue 1000 */
  readonly graceMs?: number;
  /**
   * The time that a chunk of items should take, in milliseconds, more than 0. `"auto"` is 20 times the round trip to a
   * machine, from 25 to 1000.
   *
   * @defaultValue `"auto"`
   */
  readonly chunkMs?: number | 'auto';
  /**
   * The maximum size of a message, in bytes, an integer from 1024. Larger chunks are split. A larger item or result fails with
   * a TaskCloneError.
   *
   * @defaultValue 16000000
   */
  readonly maxMessageBytes?: number;
  /**
   * The rank of the chunks of this program, if several programs share machines: an integer from 0. Chunks with the lowest
   * number go first. The `priority` of a run, of which the highest goes first, is subtracted from it.
   *
   * @defaultValue 0
   */
  readonly priority?: number;
}
