/** Milliseconds that a task which was told to stop, or the running items of a pool that closes, have to end by default. */
export const GRACE_MS = 100;

/** Milliseconds that a worker, a module or an initializer may take to load by default. */
export const BOOT_TIMEOUT_MS = 30_000;
