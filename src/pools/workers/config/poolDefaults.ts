import { BOOT_TIMEOUT_MS, GRACE_MS } from '../../shared/defaults.ts';

/** The defaults of the options of a pool of workers. They are not beside the checks, since the shared pool needs no checks. */
export const POOL_DEFAULTS = {
  pause: 0,
  minWorkers: 0,
  initArgs: [] as readonly unknown[],
  maxTasksPerWorker: Infinity,
  idleMs: 5000,
  graceMs: GRACE_MS,
  bootTimeout: BOOT_TIMEOUT_MS,
};
