import { bare } from '../../util/bare.ts';
import { LocalSlotPool } from '../local/LocalSlotPool.ts';
import { resolveSettings } from './config/resolveSettings.ts';
import type { WorkerLauncher } from './Transport.ts';

/** A pool of this thread that runs as a pool of workers does: values are converted as for a worker. */
export function serialPool(launcher: WorkerLauncher): LocalSlotPool {
  return new LocalSlotPool(resolveSettings(launcher, bare({})));
}
