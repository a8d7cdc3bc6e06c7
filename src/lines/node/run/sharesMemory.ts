import type { MapFileConfig } from '../MapFileConfig.ts';
import type { Operators } from './loadOperators.ts';

/** Whether the workers of a run have the memory of this process. Of pools of users nothing is known. */
export function sharesMemory(
  { LocalPool, ThreadPool }: Operators,
  { workers, pool = 'thread' }: Pick<MapFileConfig, 'workers' | 'pool'>,
): boolean {
  if (workers === 0 || pool === 'thread' || pool === 'local') return true;
  return pool instanceof ThreadPool || pool instanceof LocalPool;
}
