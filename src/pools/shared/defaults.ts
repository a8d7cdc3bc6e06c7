/** The default time, in milliseconds, that a cancelled task has to stop, and that running items have when a pool closes. */
export const GRACE_MS = 100;

/** The default time, in milliseconds, that a worker, a module or an initializer may take to load. */
export const BOOT_TIMEOUT_MS = 30_000;
