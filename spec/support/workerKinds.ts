/** The kinds of workers that there are. */
export const workerKinds = ['thread', 'process'] as const;
