/** Browsers have no processes. */
export const workerKinds = ['thread'] as const;
