import { LocalPool } from '../../local/LocalPool.ts';
import type { Pool } from '../../pool.ts';
import { serialPool } from '../serialPool.ts';
import type { WorkerLauncher } from '../Transport.ts';

/**
 * Makes a pool of this thread. A program loads this file when it needs one.
 *
 * @param of - How many calls it may run at once; or the workers in whose place it runs.
 */
export function poolOfThread(of: number | WorkerLauncher): Pool {
  return typeof of === 'number' ? new LocalPool({ workers: of }) : serialPool(of);
}
