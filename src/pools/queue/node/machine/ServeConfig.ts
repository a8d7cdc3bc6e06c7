import type { Pool } from '../../../pool.ts';
import type { MeetingConfig } from '../protocol/meeting.ts';

/**
 * Settings of {@link serveTasks}.
 *
 * @example A machine with eight processes
 * ```ts
 * const server = await serveTasks({
 *   connection: 'redis://localhost:6379',
 *   modules: { images: new URL('./images.ts', import.meta.url) },
 *   pool: new ProcessPool({ workers: 8 }),
 *   signals: true,
 * });
 * ```
 */
export interface ServeConfig extends MeetingConfig {
  /**
   * The pool in which tasks run on this machine. The server closes it at its own end.
   *
   * @defaultValue a {@link ProcessPool} with a process for each core
   */
  readonly pool?: Pool;
  /**
   * The number of chunks that the machine holds in addition to those that its workers run, an integer from 0. A worker then
   * need not wait for its next chunk. `"auto"` is one chunk for every two workers.
   *
   * @defaultValue `"auto"`
   */
  readonly ahead?: number | 'auto';
  /** The time that connecting may take, in milliseconds, more than 0. After that, `serveTasks` rejects. @defaultValue 10000 */
  readonly connectTimeout?: number;
  /**
   * The time that chunks have to end when the server is closed, in milliseconds, from 0. Other machines run those that have
   * not ended.
   *
   * @defaultValue 30000
   */
  readonly graceMs?: number;
  /** Whether SIGTERM and SIGINT close the server, and end the process when it is closed. @defaultValue `false` */
  readonly signals?: boolean;
}
