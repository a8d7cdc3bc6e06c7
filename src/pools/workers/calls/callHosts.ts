import type { Pool } from '../../pool.ts';
import type { CallPool } from './DirectCalls.ts';

/**
 * The pools that take single calls past jobs, with their parts. Here, and not in the seam: a pool that wraps another one runs
 * jobs. A pool does not know the code of single calls, so that a bundler leaves it out of a program that makes none.
 */
const hosts = new WeakMap<Pool, CallPool>();

/** Says that a pool takes single calls past jobs. */
export function setCallHost(pool: Pool, host: CallPool): void {
  hosts.set(pool, host);
}

/** The parts by which a pool takes single calls; undefined where it runs each as a job. */
export function callHostOf(pool: Pool): CallPool | undefined {
  return hosts.get(pool);
}
