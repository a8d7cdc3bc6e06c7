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
   * Where the tasks run on this machine. It is closed with the server.
   *
   * @defaultValue a {@link ProcessPool} with a process for each core
   */
  readonly pool?: Pool;
  /**
   * How many chunks the machine holds beside those that its workers run, an integer from 0, so that a worker has the next
   * one at hand; `"auto"` for one for every two workers.
   *
   * @defaultValue `"auto"`
   */
  readonly ahead?: number | 'auto';
  /** Milliseconds, more than 0, that the connection may take; after that `serveTasks` rejects. @defaultValue 10000 */
  readonly connectTimeout?: number;
  /**
   * Milliseconds, from 0, that chunks have to end when the server is closed. Those that do not are run elsewhere.
   *
   * @defaultValue 30000
   */
  readonly graceMs?: number;
  /** Whether SIGTERM and SIGINT close the server, and end the process when it is closed. @defaultValue `false` */
  readonly signals?: boolean;
}
