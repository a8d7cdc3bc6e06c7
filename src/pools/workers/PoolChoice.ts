import type { LocalPool } from '../local/LocalPool.ts';
import type { Pool, WorkerKind } from '../pool.ts';

/**
 * The pools that a run can choose.
 *
 * @see {@link ParallelConfig.pool}
 */
export type PoolChoice = WorkerKind | 'local' | Pool;

/** The pools that pass values without converting them. */
export type Here = 'local' | LocalPool;
